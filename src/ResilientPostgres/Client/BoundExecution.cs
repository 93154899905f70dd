using System.Data;
using Npgsql;
using ResilientPostgres.Calls;

namespace ResilientPostgres.Client;

/// <summary>Runs commands and batches on a connection's session: watched, understood, and in a transaction with the noting of its proof.</summary>
static class BoundExecution
{
    public static Task<NpgsqlDataReader> ReadAsync(
        ResilientConnection connection, NpgsqlCommand command, StatementVerdict verdict, CommandBehavior behavior, CancellationToken caller)
    {
        var transaction = connection.Current;
        var mayWrite = !IsHarmless(verdict);
        return IsFirst(transaction, mayWrite)
            ? connection.Held.ExecuteAsync(
                command.CommandText,
                command.CommandTimeout,
                transaction!.Capture,
                token => FirstStatement.ExecuteReaderAsync(command, behavior, transaction.Capture, mayWrite, connection.Owner.Cluster.Ports.Commits, Cluster(connection), token),
                caller)
            : connection.Held.ExecuteAsync(
                command.CommandText, command.CommandTimeout, transaction?.Capture, token => command.ExecuteReaderAsync(behavior, token), caller);
    }

    public static Task<NpgsqlDataReader> ReadAsync(
        ResilientConnection connection, NpgsqlBatch batch, StatementVerdict verdict, CommandBehavior behavior, CancellationToken caller)
    {
        var transaction = connection.Current;
        var mayWrite = !IsHarmless(verdict);
        var text = batch.BatchCommands.Count == 0 ? "" : batch.BatchCommands[0].CommandText;
        return IsFirst(transaction, mayWrite)
            ? connection.Held.ExecuteAsync(
                text,
                batch.Timeout,
                transaction!.Capture,
                token => FirstStatement.ExecuteReaderAsync(batch, behavior, transaction.Capture, mayWrite, connection.Owner.Cluster.Ports.Commits, Cluster(connection), token),
                caller)
            : connection.Held.ExecuteAsync(text, batch.Timeout, transaction?.Capture, token => batch.ExecuteReaderAsync(behavior, token), caller);
    }

    /// <summary>It changes nothing, with all functions and views known.</summary>
    public static bool IsHarmless(StatementVerdict verdict) => verdict is { IsRead: true, IsProven: true };

    /// <summary>Whether something is to be sent before the statement.</summary>
    public static bool IsFirst(ResilientTransaction? transaction, bool mayWrite)
    {
        if (transaction is null)
        {
            return false;
        }

        transaction.Capture.IsReadOnlySoFar &= !mayWrite;
        return transaction.Capture.IsDue(mayWrite);
    }

    /// <summary>Reads to the end, where errors of later statements come up.</summary>
    public static Task<int> DrainAsync(ResilientConnection connection, NpgsqlDataReader reader, CancellationToken cancellationToken) => NotingAsync(connection, async () =>
    {
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
                // On.
            }

            return reader.RecordsAffected;
        }
    });

    /// <summary>The first value, and all the rest read to the end.</summary>
    public static Task<object?> FirstValueAsync(ResilientConnection connection, NpgsqlDataReader reader, CancellationToken cancellationToken) => NotingAsync(connection, async () =>
    {
        await using (reader.ConfigureAwait(false))
        {
            var value = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && reader.FieldCount > 0 ? reader.GetValue(0) : null;
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
                // On.
            }

            return value;
        }
    });

    /// <summary>A failure of a later statement dooms the transaction as much as one of the first.</summary>
    static async Task<T> NotingAsync<T>(ResilientConnection connection, Func<Task<T>> read)
    {
        var capture = connection.Current?.Capture;
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (capture is not null)
        {
            capture.HasFailed = true;
            capture.FirstError ??= e as PostgresException;
            throw;
        }
    }

    static long Cluster(ResilientConnection connection) => connection.Owner.Topology.Current.SystemIdentifier ?? 0;
}
