using Npgsql;
using ResilientPostgres.Client;

namespace ResilientPostgres.Postgres;

/// <summary>Aborts sessions and asks them about themselves.</summary>
sealed class SessionControl(bool canAbort) : ISessionControl
{
    public bool TryAbort(NpgsqlConnection connection)
    {
        if (!canAbort)
        {
            return false;
        }

        try
        {
            return NpgsqlInternals.TryCloseSocket(connection);
        }
        catch (ObjectDisposedException)
        {
            return false; // It has ended in between.
        }
    }

    public async Task<bool> IsInRecoveryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            using var command = new NpgsqlCommand("SELECT pg_catalog.pg_is_in_recovery()", connection);
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or OperationCanceledException)
        {
            return false; // Nothing is proven.
        }
    }
}
