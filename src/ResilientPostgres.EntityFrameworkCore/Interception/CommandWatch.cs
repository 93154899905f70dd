using System.Data;
using System.Data.Common;
using System.Transactions;
using Microsoft.EntityFrameworkCore.Diagnostics;
using ResilientPostgres.Calls;
using ResilientPostgres.EntityFrameworkCore.Retries;

namespace ResilientPostgres.EntityFrameworkCore.Interception;

/// <summary>Sends commands where they belong, has a transaction's proof noted where a command can't carry it, and notes what was written outside of transactions.</summary>
sealed class CommandWatch : DbCommandInterceptor
{
    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        if (CommandRouting.ToNote(command, eventData.CommandSource) is { } transaction)
        {
            Blocking.Wait(() => Client.TransactionNote.TakeAsync(transaction, CancellationToken.None));
        }

        CommandRouting.Tag(command, eventData.CommandSource);
        return result;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (CommandRouting.ToNote(command, eventData.CommandSource) is { } transaction)
        {
            await Client.TransactionNote.TakeAsync(transaction, cancellationToken).ConfigureAwait(false);
        }

        CommandRouting.Tag(command, eventData.CommandSource);
        return result;
    }

    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        CommandRouting.Tag(command, eventData.CommandSource);
        return result;
    }

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        CommandRouting.Tag(command, eventData.CommandSource);
        return ValueTask.FromResult(result);
    }

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        NoteExecuted(command, eventData.CommandSource);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        NoteExecuted(command, eventData.CommandSource);
        return ValueTask.FromResult(result);
    }

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        NoteExecuted(command, eventData.CommandSource);
        return result;
    }

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
    {
        NoteExecuted(command, eventData.CommandSource);
        return ValueTask.FromResult(result);
    }

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        NoteExecuted(command, eventData.CommandSource);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        NoteExecuted(command, eventData.CommandSource);
        return ValueTask.FromResult(result);
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => NoteFailed(command, eventData);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        NoteFailed(command, eventData);
        return Task.CompletedTask;
    }

    /// <summary>A reader that is open has sent its statement, and may fail yet.</summary>
    static void NoteExecuted(DbCommand command, CommandSource source)
    {
        if (AttemptTrace.Current is { HasApplied: false } trace && IsLoneWrite(command, source))
        {
            trace.NoteApplied();
        }
    }

    static void NoteFailed(DbCommand command, CommandErrorEventData eventData)
    {
        if (AttemptTrace.Current is not { } trace)
        {
            return;
        }

        trace.NoteSession(isAlive: command.Connection?.State == ConnectionState.Open);
        if (IsLoneWrite(command, eventData.CommandSource)
            && (OutcomeRule.MayHaveBeenApplied(eventData.Exception) || command is not ResilientCommand { Verdict.IsAtomic: true }))
        {
            trace.NoteUnknown();
        }
    }

    static bool IsLoneWrite(DbCommand command, CommandSource source) =>
        command.Transaction is null && Transaction.Current is null && !CommandRouting.IsRead(command, source);
}
