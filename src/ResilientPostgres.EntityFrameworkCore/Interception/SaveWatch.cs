using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using ResilientPostgres.EntityFrameworkCore.Infrastructure;

namespace ResilientPostgres.EntityFrameworkCore.Interception;

/// <summary>Has SaveChanges run in a transaction also where a single statement would not need one: only of a transaction can be found out what became of it.</summary>
sealed class SaveWatch : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Guard(eventData.Context);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Guard(eventData.Context);
        return ValueTask.FromResult(result);
    }

    static void Guard(DbContext? context)
    {
        if (context is { Database.AutoTransactionBehavior: AutoTransactionBehavior.WhenNeeded }
            && ResilientOptionsExtension.Of(context.GetService<IDbContextOptions>()) is { IsSingleStatementGuarded: true, DataSource.Cluster.Settings.Commits.Capture: true })
        {
            context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        }
    }
}
