using Npgsql;

namespace ResilientPostgres.Calls;

/// <summary>Listens on a session for the one warning that belongs to a commit: that its wait for synchronous standbys was cancelled.</summary>
sealed class DurabilityNotices : IDisposable
{
    readonly NpgsqlConnection _connection;
    readonly NoticeEventHandler _hear;

    public DurabilityNotices(NpgsqlConnection connection)
    {
        _connection = connection;
        connection.Notice += _hear = Hear;
    }

    public bool IsDegraded { get; private set; }

    public void Dispose() => _connection.Notice -= _hear;

    void Hear(object sender, NpgsqlNoticeEventArgs e) =>
        IsDegraded |= e.Notice.SqlState == PostgresErrorCodes.Warning
            && e.Notice.MessageText.StartsWith("canceling wait for synchronous replication", StringComparison.Ordinal);
}
