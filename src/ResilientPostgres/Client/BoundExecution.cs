using System.Data;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Commits;

namespace ResilientPostgres.Client;

/// <summary>Runs commands and batches on an open connection: watched, understood, and in a transaction with the noting of its proof.</summary>
static class BoundExecution
{
    public static Task<NpgsqlDataReader> ReadAsync(ResilientConnection connection, NpgsqlCommand command, CommandBehavior behavior, CancellationToken caller)
    {
        var transaction = connection.Current;
        var mayWrite = MayWrite(command.CommandText, command.CommandType);
        return IsFirst(transaction, mayWrite)
            ? connection.Held.ExecuteAsync(
                command.CommandText,
                command.CommandTimeout,
                transaction!.Capture,
                token => FirstStatement.ExecuteReaderAsync(command, behavior, transaction.Capture, mayWrite, Note(connection, transaction), Cluster(connection), token),
                caller)
            : connection.Held.ExecuteAsync(
                command.CommandText, command.CommandTimeout, transaction?.Capture, token => command.ExecuteReaderAsync(behavior, token), caller);
    }

    public static Task<NpgsqlDataReader> ReadAsync(ResilientConnection connection, NpgsqlBatch batch, CommandBehavior behavior, CancellationToken caller)
    {
        var transaction = connection.Current;
        var mayWrite = false;
        foreach (var command in batch.BatchCommands)
        {
            mayWrite |= MayWrite(command.CommandText, command.CommandType);
        }

        var text = batch.BatchCommands.Count == 0 ? "" : batch.BatchCommands[0].CommandText;
        return IsFirst(transaction, mayWrite)
            ? connection.Held.ExecuteAsync(
                text,
                batch.Timeout,
                transaction!.Capture,
                token => FirstStatement.ExecuteReaderAsync(batch, behavior, transaction.Capture, mayWrite, Note(connection, transaction), Cluster(connection), token),
                caller)
            : connection.Held.ExecuteAsync(text, batch.Timeout, transaction?.Capture, token => batch.ExecuteReaderAsync(behavior, token), caller);
    }

    /// <summary>Whether something is to be sent before it.</summary>
    public static bool IsFirst(ResilientConnection connection, NpgsqlCommand command) =>
        IsFirst(connection.Current, MayWrite(command.CommandText, command.CommandType));

    public static bool IsAtomic(NpgsqlBatch batch)
    {
        foreach (var command in batch.BatchCommands)
        {
            if (!AtomicText.IsAtomic(command.CommandText))
            {
                return false;
            }
        }

        return !batch.EnableErrorBarriers;
    }

    static bool IsFirst(ResilientTransaction? transaction, bool mayWrite)
    {
        if (transaction is null)
        {
            return false;
        }

        transaction.Capture.IsReadOnlySoFar &= !mayWrite;
        return transaction.Capture.IsDue(mayWrite);
    }

    static bool MayWrite(string text, CommandType type) => type != CommandType.Text || !PlainSelect.Is(text);

    static ICommitNote Note(ResilientConnection connection, ResilientTransaction transaction) =>
        connection.Owner.Cluster.CommitCapability.NoteFor(connection.Held.Session, transaction.Capture);

    static long Cluster(ResilientConnection connection) => connection.Owner.Topology.Current.SystemIdentifier ?? 0;
}
