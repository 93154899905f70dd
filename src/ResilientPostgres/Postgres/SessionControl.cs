using System.Data;
using System.Net.Sockets;
using Npgsql;
using ResilientPostgres.Sessions;

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
            return NpgsqlInternals.TryShutDownSocket(connection);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            return false; // It has ended in between.
        }
    }

    public bool HasUnread(NpgsqlConnection connection)
    {
        try
        {
            return canAbort && NpgsqlInternals.HasUnread(connection);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            return true;
        }
    }

    public async Task<Exception?> AskAsync(NpgsqlConnection connection)
    {
        try
        {
            using var command = new NpgsqlCommand("SELECT 1", connection);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            return e;
        }
    }

    public async Task DiscardAsync(NpgsqlConnection connection)
    {
        // Aborted between two commands, it looks healthy to Npgsql and would go back to its pool. One more command finds out.
        if (canAbort && connection.State == ConnectionState.Open)
        {
            await AskAsync(connection).ConfigureAwait(false);
        }

        await connection.DisposeAsync().ConfigureAwait(false);
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
