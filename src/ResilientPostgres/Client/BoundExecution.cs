using System.Data;
using Npgsql;
using ResilientPostgres.Calls;

namespace ResilientPostgres.Client;

/// <summary>Runs commands and batches on a connection's session: watched, understood, and in a transaction with the noting of its proof.</summary>
static class BoundExecution
{
    /// <summary>Where a failure closes the connection there is none on which to run again what was prepared and has gone stale.</summary>
    const CommandBehavior Unprepared = CommandBehavior.SchemaOnly | CommandBehavior.CloseConnection;

    public static Task<NpgsqlDataReader> ReadAsync(
        ResilientConnection connection, NpgsqlCommand command, StatementVerdict statement, CommandBehavior behavior, CancellationToken caller)
    {
        var transaction = connection.Current;
        return connection.Held.ExecuteAsync<NpgsqlDataReader>(
            statement,
            command.CommandTimeout,
            transaction?.Capture,
            IsFirst(transaction, statement) && !behavior.HasFlag(CommandBehavior.SchemaOnly)
                ? token => First(connection, transaction!, statement).ExecuteReaderAsync(command, behavior, token)
                : token => connection.Owner.Cluster.Preparation.RunAsync(
                    command, (behavior & Unprepared) != 0 ? null : statement.Use, connection.Held.Session.Pool, (c, t) => c.ExecuteReaderAsync(behavior, t), token),
            caller);
    }

    public static Task<NpgsqlDataReader> ReadAsync(
        ResilientConnection connection, NpgsqlBatch batch, StatementVerdict statement, CommandBehavior behavior, CancellationToken caller)
    {
        var transaction = connection.Current;
        return connection.Held.ExecuteAsync<NpgsqlDataReader>(
            statement,
            batch.Timeout,
            transaction?.Capture,
            IsFirst(transaction, statement) && !behavior.HasFlag(CommandBehavior.SchemaOnly)
                ? token => First(connection, transaction!, statement).ExecuteReaderAsync(batch, behavior, token)
                : token => batch.ExecuteReaderAsync(behavior, token),
            caller);
    }

    /// <summary>The noting alone, by a round trip of its own.</summary>
    public static Task NoteAsync(ResilientConnection connection, ResilientTransaction transaction, CancellationToken caller) => connection.Held.ExecuteAsync(
        StatementRouter.Procedure,
        connection.Held.Connection.CommandTimeout,
        transaction.Capture,
        token => First(connection, transaction, StatementRouter.Procedure).NoteAsync(token),
        caller);

    /// <summary>Whether something is to be sent before the statement.</summary>
    public static bool IsFirst(ResilientTransaction? transaction, StatementVerdict statement)
    {
        if (transaction is null)
        {
            return false;
        }

        var mayWrite = !statement.WritesNothing;
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

    static FirstStatement First(ResilientConnection connection, ResilientTransaction transaction, StatementVerdict statement) => new(
        connection.Held.Session,
        connection.Owner.Cluster.Preparation,
        transaction.Capture,
        connection.Owner.Cluster.CommitCapability.NoteFor(connection.Held.Session, transaction.Capture),
        connection.Owner.Topology.Current.SystemIdentifier ?? 0,
        statement);
}
