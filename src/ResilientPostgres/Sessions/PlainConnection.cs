using Npgsql;

namespace ResilientPostgres.Sessions;

/// <summary>One of Npgsql's own connections outside all pools, with the source that it needs as long as it lives.</summary>
sealed class PlainConnection(NpgsqlConnection connection, IAsyncDisposable source, bool isInRecovery) : IAsyncDisposable
{
    public NpgsqlConnection Connection => connection;

    /// <summary>Its server is a standby.</summary>
    public bool IsInRecovery => isInRecovery;

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }
}
