using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
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

    public override void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => Note(eventData);

    public override Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Note(eventData);
        return Task.CompletedTask;
    }

    static void Note(TransactionErrorEventData eventData)
    {
        if (eventData.Action == Commit && OutcomeRule.MayHaveBeenApplied(eventData.Exception))
        {
            AttemptTrace.Current?.NoteUnknown();
        }
    }
}
