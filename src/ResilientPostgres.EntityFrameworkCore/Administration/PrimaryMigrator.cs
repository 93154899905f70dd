using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace ResilientPostgres.EntityFrameworkCore.Administration;

/// <summary>The provider's migrator, on a plain connection to the primary. Inside of a transaction, or on a connection, that the user has opened it stays on that.</summary>
sealed class PrimaryMigrator(IMigrator inner, PlainConnectionSwap swap, IRelationalDatabaseCreator creator) : IMigrator
{
    const string NotTrimmed = "Migrations can't be trimmed.";

    [RequiresUnreferencedCode(NotTrimmed)]
    [RequiresDynamicCode(NotTrimmed)]
    public void Migrate(string? targetMigration = null)
    {
        if (swap.IsTaken)
        {
            inner.Migrate(targetMigration);
            return;
        }

        if (!creator.Exists())
        {
            creator.Create();
        }

        swap.Change(() => inner.Migrate(targetMigration));
    }

    [RequiresUnreferencedCode(NotTrimmed)]
    [RequiresDynamicCode(NotTrimmed)]
    public async Task MigrateAsync(string? targetMigration = null, CancellationToken cancellationToken = default)
    {
        if (swap.IsTaken)
        {
            await inner.MigrateAsync(targetMigration, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!await creator.ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            await creator.CreateAsync(cancellationToken).ConfigureAwait(false);
        }

        await swap.ChangeAsync(() => inner.MigrateAsync(targetMigration, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    [RequiresUnreferencedCode(NotTrimmed)]
    [RequiresDynamicCode(NotTrimmed)]
    public string GenerateScript(
        string? fromMigration = null, string? toMigration = null, MigrationsSqlGenerationOptions options = MigrationsSqlGenerationOptions.Default) =>
        inner.GenerateScript(fromMigration, toMigration, options);

    [RequiresDynamicCode(NotTrimmed)]
    public bool HasPendingModelChanges() => inner.HasPendingModelChanges();
}
