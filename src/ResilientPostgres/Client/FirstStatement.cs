using System.Data;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Commits;
using ResilientPostgres.Faults;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Client;

/// <summary>
/// The first statement of a transaction that may write carries the noting of its proof with it, without a round trip of its own: in a
/// batch; or, as a batch holds single statements only, in front of a text of several. Where neither leaves the statement's result as it is, the
/// noting goes by itself before it.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="preparation">Whether it is prepared.</param>
/// <param name="capture">What is noted of the transaction.</param>
/// <param name="note">How it is noted.</param>
/// <param name="systemIdentifier">The cluster's.</param>
/// <param name="statement">What is known of the statement.</param>
sealed class FirstStatement(Session session, Preparation preparation, TransactionCapture capture, ICommitNote note, long systemIdentifier, StatementVerdict statement)
{
    readonly NpgsqlConnection _connection = session.Connection;

    public async Task<NpgsqlDataReader> ExecuteReaderAsync(NpgsqlCommand command, CommandBehavior behavior, CancellationToken token)
    {
        if (!CanCarry(command, behavior))
        {
            await NoteAsync(token).ConfigureAwait(false);
            return await command.ExecuteReaderAsync(behavior, token).ConfigureAwait(false);
        }

        var prefix = Prefix();
        var results = behavior & ~CommandBehavior.SingleResult; // The noting's own result comes first.
        var reader = command.CommandType == CommandType.Text && !statement.IsSingle
            ? await InFront(command, prefix).ExecuteReaderAsync(results, token).ConfigureAwait(false)
            : await TogetherAsync(Together(command, prefix), prefix, results, token).ConfigureAwait(false);
        return await WithoutNoteAsync(reader, prefix, token).ConfigureAwait(false);
    }

    /// <summary>The caller's batch stays as it is: its commands stand in another one with the noting before them.</summary>
    public async Task<NpgsqlDataReader> ExecuteReaderAsync(NpgsqlBatch batch, CommandBehavior behavior, CancellationToken token)
    {
        if (behavior.HasFlag(CommandBehavior.SingleRow))
        {
            await NoteAsync(token).ConfigureAwait(false);
            return await batch.ExecuteReaderAsync(behavior, token).ConfigureAwait(false);
        }

        var prefix = Prefix();
        var together = New(batch.Timeout, prefix);
        together.EnableErrorBarriers = batch.EnableErrorBarriers;
        foreach (var command in batch.BatchCommands)
        {
            together.BatchCommands.Add(command);
        }

        var reader = await together.ExecuteReaderAsync(behavior & ~CommandBehavior.SingleResult, token).ConfigureAwait(false);
        return await WithoutNoteAsync(reader, prefix, token).ConfigureAwait(false);
    }

    /// <summary>The noting alone.</summary>
    public async Task<bool> NoteAsync(CancellationToken token)
    {
        var prefix = Prefix();
        var reader = await New(_connection.CommandTimeout, prefix).ExecuteReaderAsync(token).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (prefix.Note is not null)
            {
                await reader.ReadAsync(token).ConfigureAwait(false);
                capture.Proof = note.ReadCapture(_connection, capture, reader, systemIdentifier);
            }
        }

        return true;
    }

    Task<NpgsqlDataReader> TogetherAsync(NpgsqlBatch batch, (string? Character, string? Note) prefix, CommandBehavior behavior, CancellationToken token)
    {
        var isSteady = prefix.Character is null && (prefix.Note is null || ReferenceEquals(prefix.Note, note.SteadyText));
        return isSteady && preparation.IsDue(statement.Use, session.Pool)
            ? preparation.RunPreparedAsync(batch, statement.Use!, (b, t) => b.ExecuteReaderAsync(behavior, t), token)
            : batch.ExecuteReaderAsync(behavior, token);
    }

    /// <summary>Npgsql fills output parameters from the first result only, and a single row is one of the first result.</summary>
    bool CanCarry(NpgsqlCommand command, CommandBehavior behavior)
    {
        if (behavior.HasFlag(CommandBehavior.SingleRow) || (behavior.HasFlag(CommandBehavior.SingleResult) && !statement.IsSingle) || command.CommandType != CommandType.Text)
        {
            return false;
        }

        for (var i = 0; i < command.Parameters.Count; i++)
        {
            var parameter = command.Parameters[i];
            if (parameter.Direction != ParameterDirection.Input || (!statement.IsSingle && parameter.ParameterName.Length == 0))
            {
                return false;
            }
        }

        return true;
    }

    (string? Character, string? Note) Prefix()
    {
        var character = capture.TakeCharacter();
        return (character, capture.IsDue(mayWrite: !statement.WritesNothing) ? note.CaptureText(_connection, capture) : null);
    }

    async Task<NpgsqlDataReader> WithoutNoteAsync(NpgsqlDataReader reader, (string? Character, string? Note) prefix, CancellationToken token)
    {
        if (prefix.Note is null)
        {
            return reader;
        }

        try
        {
            await reader.ReadAsync(token).ConfigureAwait(false);
            capture.Proof = note.ReadCapture(_connection, capture, reader, systemIdentifier);
            await reader.NextResultAsync(token).ConfigureAwait(false);
            return reader;
        }
        catch (Exception e)
        {
            if (e is PostgresException error && StalePreparation.MayBe(error) && statement.Use is { IsChosen: true } use)
            {
                preparation.GiveUp(use);
            }

            // Nobody else will: the caller gets the error of the caller's own statement, and no reader.
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    NpgsqlCommand InFront(NpgsqlCommand command, (string? Character, string? Note) prefix)
    {
        var text = string.Join(";\n", ((string?[])[prefix.Character, prefix.Note, command.CommandText]).Where(static t => t is not null));
        var together = new NpgsqlCommand(text, _connection, command.Transaction) { CommandTimeout = command.CommandTimeout };
        Copy(command.Parameters, together.Parameters);
        return together;
    }

    NpgsqlBatch Together(NpgsqlCommand command, (string? Character, string? Note) prefix)
    {
        var batch = New(command.CommandTimeout, prefix);
        var own = new NpgsqlBatchCommand(command.CommandText);
        Copy(command.Parameters, own.Parameters);
        batch.BatchCommands.Add(own);
        return batch;
    }

    NpgsqlBatch New(int timeout, (string? Character, string? Note) prefix)
    {
        var batch = new NpgsqlBatch(_connection) { Timeout = timeout };
        if (prefix.Character is not null)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(prefix.Character));
        }

        if (prefix.Note is not null)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(prefix.Note));
        }

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
