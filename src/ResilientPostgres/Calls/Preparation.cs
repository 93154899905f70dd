using System.Collections.Concurrent;
using System.Data;
using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Options;
using ResilientPostgres.Sessions;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Calls;

/// <summary>
/// Prepares what is used again and again, one text at a time. Not by the driver's own counting, which makes no difference between texts: FETCH and EXECUTE, prepared, would be read with the
/// columns of another time, and <c>'now'</c> would stay what it was. A text that fails for it is not prepared again.
/// </summary>
sealed class Preparation(Cluster cluster)
{
    const int MostGivenUp = 10_000;

    readonly ConcurrentDictionary<string, bool> _givenUp = new();
    int _chosen;

    /// <summary>All texts are judged anew, and counted anew with that.</summary>
    public void Reset() => Volatile.Write(ref _chosen, 0);

    /// <summary>A text that was given up stays so, however often it is judged anew: sessions still have it prepared as it was.</summary>
    public void Remind(StatementUse? use)
    {
        if (use is not null && !_givenUp.IsEmpty && _givenUp.ContainsKey(use.Text))
        {
            use.GiveUp();
        }
    }

    public void GiveUp(StatementUse use)
    {
        use.GiveUp();
        if (_givenUp.Count < MostGivenUp)
        {
            _givenUp.TryAdd(use.Text, true);
        }
    }

    /// <summary>Whether it is to be prepared on a session of this pool now. Counts the use.</summary>
    public bool IsDue(StatementUse? use, ISessionPool pool) => use is not null && pool.Prepares && (use.IsChosen || (use.Count(Defaults.PreparedAfterUses) && TryChoose(use)));

    public Task<T> RunAsync<T>(NpgsqlCommand command, StatementUse? use, ISessionPool pool, Func<NpgsqlCommand, CancellationToken, Task<T>> execute, CancellationToken cancellationToken)
    {
        if (IsDue(use, pool))
        {
            return RunPreparedAsync(command, use!, execute, cancellationToken);
        }

        if (use is { IsGivenUp: true } && command.IsPrepared)
        {
            Forget(command);
        }

        return execute(command, cancellationToken);
    }

    /// <summary>All of a batch, of which one statement is the user's and the others are ours.</summary>
    public async Task<T> RunPreparedAsync<T>(NpgsqlBatch batch, StatementUse use, Func<NpgsqlBatch, CancellationToken, Task<T>> execute, CancellationToken cancellationToken)
    {
        try
        {
            await batch.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsUnprepared(e, batch.Connection))
        {
            GiveUp(use); // The driver does not go by it where it has not prepared it.
        }

        try
        {
            return await execute(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (StalePreparation.MayBe(e))
        {
            GiveUp(use);
            throw;
        }
    }

    async Task<T> RunPreparedAsync<T>(NpgsqlCommand command, StatementUse use, Func<NpgsqlCommand, CancellationToken, Task<T>> execute, CancellationToken cancellationToken)
    {
        try
        {
            await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsUnprepared(e, command.Connection))
        {
            GiveUp(use);
            Forget(command);
        }

        try
        {
            return await execute(command, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (StalePreparation.MayBe(e))
        {
            GiveUp(use);
            Forget(command);
            throw;
        }
    }

    bool TryChoose(StatementUse use)
    {
        if (Interlocked.Increment(ref _chosen) <= (cluster.Settings.Statements.PreparedStatements ?? Defaults.PreparedStatements))
        {
            use.Choose();
            return true;
        }

        Interlocked.Decrement(ref _chosen);
        return false;
    }

    /// <summary>Its parameters tell their types only with their values. On a session that has ended the same exceptions say nothing about the text.</summary>
    static bool IsUnprepared(Exception e, NpgsqlConnection? connection) =>
        (e is InvalidOperationException or InvalidCastException or NotSupportedException) && connection is { State: ConnectionState.Open };

    /// <summary>A command that is prepared goes on being so wherever its session allows; one with a new text does not.</summary>
    static void Forget(NpgsqlCommand command)
    {
        var text = command.CommandText;
        command.CommandText = "";
        command.CommandText = text;
    }
}
