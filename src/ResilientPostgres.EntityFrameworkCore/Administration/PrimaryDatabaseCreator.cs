using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Migrations.Operations;
using ResilientPostgres.Calls;

namespace ResilientPostgres.EntityFrameworkCore.Administration;

/// <summary>
/// Creates, inspects and drops the database on plain connections to the primary. The provider's own creator takes the context's connection for Npgsql's; and the topology, on which every connection of
/// ours rests, knows no primary while the database does not exist.
/// </summary>
sealed class PrimaryDatabaseCreator(RelationalDatabaseCreatorDependencies dependencies, PlainConnectionSwap swap) : RelationalDatabaseCreator(dependencies)
{
    /// <summary>Every cluster has both, unless somebody has dropped the first; the second takes part in creating databases, so it is not a place to stay in.</summary>
    static readonly string[] _maintenance = ["postgres", "template1"];

    /// <summary>Without what extensions have brought.</summary>
    const string AnyTables =
        """
        SELECT EXISTS (
            SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
               AND NOT EXISTS (
                   SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('e', 'x')))
        """;

    public override bool Exists() => Blocking.Wait(() => ExistsAsync(CancellationToken.None));

    public override async Task<bool> ExistsAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await (await swap.Cluster.OpenPrimaryAsync(null, cancellationToken).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return false;
        }
    }

    public override bool HasTables() => Blocking.Wait(() => HasTablesAsync(CancellationToken.None));

    public override async Task<bool> HasTablesAsync(CancellationToken cancellationToken = default)
    {
        var plain = await swap.Cluster.OpenPrimaryAsync(null, cancellationToken).ConfigureAwait(false);
        await using (plain.ConfigureAwait(false))
        {
            using var command = new NpgsqlCommand(AnyTables, plain.Connection);
            return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    public override void Create() => Blocking.Wait(() => CreateAsync(CancellationToken.None));

    public override async Task CreateAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await RunAsync(CreateDatabase(), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase || e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pg_database_datname_index" })
        {
            // Somebody else has created it at the same time.
        }

        swap.Cluster.DatabaseCreated();
    }

    public override void Delete() => Blocking.Wait(() => DeleteAsync(CancellationToken.None));

    public override Task DeleteAsync(CancellationToken cancellationToken = default) =>
        RunAsync(Generate(new NpgsqlDropDatabaseOperation { Name = swap.Cluster.Database }), cancellationToken);

    public override void CreateTables()
    {
        if (swap.IsTaken)
        {
            base.CreateTables();
            return;
        }

        swap.Change(base.CreateTables);
    }

    public override Task CreateTablesAsync(CancellationToken cancellationToken = default) => swap.IsTaken
        ? base.CreateTablesAsync(cancellationToken)
        : swap.ChangeAsync(() => base.CreateTablesAsync(cancellationToken), cancellationToken);

    IReadOnlyList<MigrationCommand> CreateDatabase()
    {
        var model = Dependencies.CurrentContext.Context.GetService<IDesignTimeModel>().Model;
        return Generate(new NpgsqlCreateDatabaseOperation
        {
            Name = swap.Cluster.Database,
            Template = model.GetDatabaseTemplate(),
            Collation = model.GetCollation(),
            Tablespace = model.GetTablespace(),
        });
    }

    IReadOnlyList<MigrationCommand> Generate(Microsoft.EntityFrameworkCore.Migrations.Operations.MigrationOperation operation) =>
        Dependencies.MigrationsSqlGenerator.Generate([operation]);

    /// <summary>In a database that is there for certain, for the one that is not yet, or not any more.</summary>
    async Task RunAsync(IReadOnlyList<MigrationCommand> commands, CancellationToken cancellationToken)
    {
        if (swap.IsTaken)
        {
            throw new InvalidOperationException("A database can't be created or dropped while the context has a connection or transaction open.");
        }

        var isLast = false;
        foreach (var database in _maintenance)
        {
            try
            {
                isLast = database == _maintenance[^1];
                await swap.RunAsync(database, _ => ExecuteAsync(commands, cancellationToken), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName && e.MessageText.Contains($"\"{database}\"", StringComparison.Ordinal) && !isLast)
            {
                // The other one, then.
            }
        }
    }

    async Task<bool> ExecuteAsync(IReadOnlyList<MigrationCommand> commands, CancellationToken cancellationToken)
    {
        await Dependencies.MigrationCommandExecutor.ExecuteNonQueryAsync(commands, Dependencies.Connection, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
