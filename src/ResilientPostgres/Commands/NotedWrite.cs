using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Freshness;

namespace ResilientPostgres.Commands;

/// <summary>
/// A write by itself, with the question behind it how far the log is then. Each of the two is a transaction of its own (error barriers): asked within the write's, the
/// answer would lie before its commit.
/// </summary>
sealed class NotedWrite : Companion
{
    readonly IPositionControl _positions;
    readonly FreshnessGate _gate;
    readonly uint _timeline;
    NpgsqlLogSequenceNumber _position;

    /// <param name="command">The caller's command.</param>
    /// <param name="connection">The session on the primary.</param>
    /// <param name="positions">The question.</param>
    /// <param name="gate">Who wants to know.</param>
    /// <param name="timeline">What the server writes.</param>
    public NotedWrite(NpgsqlCommand command, NpgsqlConnection connection, IPositionControl positions, FreshnessGate gate, uint timeline)
        : base(command)
    {
        (_positions, _gate, _timeline) = (positions, gate, timeline);
        Own = new NpgsqlBatchCommand(command.CommandText);
        ParameterLoan.Lend(command.Parameters, Own.Parameters);
        Batch = new NpgsqlBatch(connection) { Timeout = command.CommandTimeout, EnableErrorBarriers = true, BatchCommands = { Own, positions.Note() } };
    }

    public override NpgsqlBatch Batch { get; }

    /// <summary>The write had a result of its own (RETURNING).</summary>
    bool HasReturned { get; set; }

    protected override NpgsqlBatchCommand Own { get; }

    /// <summary>
    /// An error after the write itself was answered may be its commit's, a violated deferred constraint for one; or the question's, which fails only for want of resources
    /// or because it was cancelled, and then the write is done.
    /// </summary>
    public override bool MayBeDone(Exception exception) =>
        Own.StatementType != StatementType.Unknown && exception is PostgresException refused && refused.SqlState is ['5', '3' or '7' or '8', ..] or ['0', '8', ..] or ['X', 'X', ..];

    public override async Task<T> ExecuteAsync<T>(Execution<T> execution)
    {
        var reader = await Batch.ExecuteReaderAsync().ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            object? value = null;
            var hasRow = await reader.ReadAsync().ConfigureAwait(false);
            if (!_positions.IsNote(reader))
            {
                HasReturned = true;
                value = hasRow ? reader.GetValue(0) : null;
                await reader.NextResultAsync().ConfigureAwait(false);
                await reader.ReadAsync().ConfigureAwait(false);
            }

            _position = _positions.ReadNote(reader);
            await reader.NextResultAsync().ConfigureAwait(false);
            return execution.Tell!(value, reader.RecordsAffected);
        }
    }

    public override T Execute<T>(Execution<T> execution)
    {
        using var reader = Batch.ExecuteReader();
        object? value = null;
        var hasRow = reader.Read();
        if (!_positions.IsNote(reader))
        {
            HasReturned = true;
            value = hasRow ? reader.GetValue(0) : null;
            reader.NextResult();
            reader.Read();
        }

        _position = _positions.ReadNote(reader);
        reader.NextResult();
        return execution.Tell!(value, reader.RecordsAffected);
    }

    public override bool HasSpoiled(Exception exception) => HasReturned && exception is PostgresException;

    public override void Succeed() => _gate.Wrote(_timeline, _position);
}
