using System.Data;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Commits;

namespace ResilientPostgres.Client;

/// <summary>
/// The first statement of a transaction that may write carries the noting of its proof with it, without a round trip of its own: in a
/// batch; or, as a batch holds single statements only, in front of a text of several.
/// </summary>
static class FirstStatement
{
    // The result of the noting comes first, so nothing may end the reading at the first result.
    const CommandBehavior EndingEarly = CommandBehavior.SingleResult | CommandBehavior.SingleRow | CommandBehavior.SchemaOnly;

    public static async Task<NpgsqlDataReader> ExecuteReaderAsync(
        NpgsqlCommand command, CommandBehavior behavior, TransactionCapture capture, bool mayWrite, ICommitNote note, long systemIdentifier, CancellationToken token)
    {
        var character = capture.TakeCharacter();
        var isCapturing = capture.IsDue(mayWrite);
        var reader = command.CommandType == CommandType.Text && IsSeveral(command.CommandText)
            ? await InFront(command, character, isCapturing ? note.CaptureText(command.Connection!, capture) : null).ExecuteReaderAsync(behavior & ~EndingEarly, token).ConfigureAwait(false)
            : await Together(command, character, isCapturing ? note.CaptureText(command.Connection!, capture) : null).ExecuteReaderAsync(behavior & ~EndingEarly, token).ConfigureAwait(false);
        return isCapturing ? await ReadCaptureAsync(reader, command.Connection!, capture, note, systemIdentifier, token).ConfigureAwait(false) : reader;
    }

    /// <summary>A batch whose commands the user has filled.</summary>
    public static async Task<NpgsqlDataReader> ExecuteReaderAsync(
        NpgsqlBatch batch, CommandBehavior behavior, TransactionCapture capture, bool mayWrite, ICommitNote note, long systemIdentifier, CancellationToken token)
    {
        var character = capture.TakeCharacter();
        var isCapturing = capture.IsDue(mayWrite);
        if (isCapturing)
        {
            batch.BatchCommands.Insert(0, new NpgsqlBatchCommand(note.CaptureText(batch.Connection!, capture)));
        }

        if (character is not null)
        {
            batch.BatchCommands.Insert(0, new NpgsqlBatchCommand(character));
        }

        var reader = await batch.ExecuteReaderAsync(behavior & ~EndingEarly, token).ConfigureAwait(false);
        return isCapturing ? await ReadCaptureAsync(reader, batch.Connection!, capture, note, systemIdentifier, token).ConfigureAwait(false) : reader;
    }

    /// <summary>The noting alone, by a round trip of its own.</summary>
    public static Task NoteAsync(HeldSession held, TransactionCapture capture, ICommitNote note, long systemIdentifier, CancellationToken cancellationToken)
    {
        var text = note.CaptureText(held.Connection, capture);
        return held.ExecuteAsync(text, held.Connection.CommandTimeout, capture, async token =>
        {
            using var command = new NpgsqlCommand(text, held.Connection);
            var reader = await ExecuteReaderAsync(command, CommandBehavior.Default, capture, mayWrite: false, note, systemIdentifier, token).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(token).ConfigureAwait(false);
                capture.Proof = note.ReadCapture(held.Connection, capture, reader, systemIdentifier);
                return true;
            }
        }, cancellationToken);
    }

    static async Task<NpgsqlDataReader> ReadCaptureAsync(
        NpgsqlDataReader reader, NpgsqlConnection connection, TransactionCapture capture, ICommitNote note, long systemIdentifier, CancellationToken token)
    {
        try
        {
            await reader.ReadAsync(token).ConfigureAwait(false);
            capture.Proof = note.ReadCapture(connection, capture, reader, systemIdentifier);
            await reader.NextResultAsync(token).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            // Nobody else will: the caller gets the error of the caller's own statement, and no reader.
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A semicolon inside: perhaps in a literal, but in front is right for a single statement too unless its parameters are positional.</summary>
    static bool IsSeveral(string text)
    {
        var at = text.IndexOf(';', StringComparison.Ordinal);
        return at >= 0 && !text.AsSpan(at + 1).Trim(" \t\r\n;").IsEmpty;
    }

    static NpgsqlCommand InFront(NpgsqlCommand command, string? character, string? capture)
    {
        var text = string.Join(";\n", ((string?[])[character, capture, command.CommandText]).Where(static t => t is not null));
        var together = new NpgsqlCommand(text, command.Connection, command.Transaction) { CommandTimeout = command.CommandTimeout };
        Copy(command.Parameters, together.Parameters);
        return together;
    }

    static NpgsqlBatch Together(NpgsqlCommand command, string? character, string? capture)
    {
        var batch = new NpgsqlBatch(command.Connection, command.Transaction) { Timeout = command.CommandTimeout };
        if (character is not null)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(character));
        }

        if (capture is not null)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(capture));
        }

        var own = new NpgsqlBatchCommand(command.CommandText) { CommandType = command.CommandType };
        Copy(command.Parameters, own.Parameters);
        batch.BatchCommands.Add(own);
        return batch;
    }

    /// <summary>A parameter belongs to one collection; the caller's command keeps its own.</summary>
    static void Copy(NpgsqlParameterCollection from, NpgsqlParameterCollection to)
    {
        foreach (NpgsqlParameter parameter in from)
        {
            to.Add(parameter.Clone());
        }
    }
}
