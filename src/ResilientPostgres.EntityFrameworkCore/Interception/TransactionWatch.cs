using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using ResilientPostgres.EntityFrameworkCore.Retries;

namespace ResilientPostgres.EntityFrameworkCore.Interception;

/// <summary>Notes what commits do.</summary>
sealed class TransactionWatch : DbTransactionInterceptor
{
    const string Commit = "Commit";

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => AttemptTrace.Current?.NoteApplied();

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        AttemptTrace.Current?.NoteApplied();
        return Task.CompletedTask;
    }

    public override void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => Note(transaction, eventData);

    public override Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Note(transaction, eventData);
        return Task.CompletedTask;
    }

    static void Note(DbTransaction transaction, TransactionErrorEventData eventData)
    {
        if (eventData.Action == Commit && IsUnknown(transaction, eventData.Exception))
        {
            AttemptTrace.Current?.NoteUnknown();
        }
    }

    /// <summary>A commit of ours has been resolved before it throws, also where the last word of a dying server comes through.</summary>
    static bool IsUnknown(DbTransaction transaction, Exception exception) =>
        !(transaction is ResilientTransaction && exception is PostgresException) && OutcomeRule.MayHaveBeenApplied(exception);
}
