using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using ResilientPostgres;
using ResilientPostgres.EntityFrameworkCore.Infrastructure;
using ResilientPostgres.EntityFrameworkCore.Retries;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Makes contexts use a cluster.</summary>
public static class ResilientDbContextOptionsBuilderExtensions
{
    /// <summary>
    /// Uses a cluster: LINQ reads where its routing sends them, <c>SaveChanges</c> and transactions on the primary, retries by outcome, migrations on a plain connection to the primary.
    /// </summary>
    /// <param name="optionsBuilder">The builder of the context's options.</param>
    /// <param name="dataSource">The cluster.</param>
    /// <param name="npgsqlOptionsAction">Sets options of the provider. An execution strategy set there takes the place of this one's.</param>
    /// <returns>The builder.</returns>
    public static DbContextOptionsBuilder UseResilientPostgres(
        this DbContextOptionsBuilder optionsBuilder, ResilientDataSource dataSource, Action<NpgsqlDbContextOptionsBuilder>? npgsqlOptionsAction = null)
    {
        ArgumentNullException.ThrowIfNull(optionsBuilder);
        ArgumentNullException.ThrowIfNull(dataSource);
        optionsBuilder.UseNpgsql(dataSource, npgsql => npgsql.ExecutionStrategy(d => new ResilientExecutionStrategy(d, dataSource)));
        var extension = ResilientOptionsExtension.Of(optionsBuilder.Options) ?? new ResilientOptionsExtension(dataSource);
        ((IDbContextOptionsBuilderInfrastructure)optionsBuilder).AddOrUpdateExtension(extension with { DataSource = dataSource });
        npgsqlOptionsAction?.Invoke(new NpgsqlDbContextOptionsBuilder(optionsBuilder));
        return optionsBuilder;
    }

    /// <summary>Uses a cluster that was registered by <c>AddResilientPostgres</c>.</summary>
    /// <param name="optionsBuilder">The builder of the context's options.</param>
    /// <param name="serviceProvider">The application's container.</param>
    /// <param name="name">The cluster's name; the one registered without a name if not given.</param>
    /// <param name="npgsqlOptionsAction">Sets options of the provider. An execution strategy set there takes the place of this one's.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">No such cluster is registered.</exception>
    public static DbContextOptionsBuilder UseResilientPostgres(
        this DbContextOptionsBuilder optionsBuilder,
        IServiceProvider serviceProvider,
        string? name = null,
        Action<NpgsqlDbContextOptionsBuilder>? npgsqlOptionsAction = null)
    {
        ArgumentNullException.ThrowIfNull(serviceProvider);
        return optionsBuilder.UseResilientPostgres(Find(serviceProvider, name), npgsqlOptionsAction);
    }

    /// <inheritdoc cref="UseResilientPostgres(DbContextOptionsBuilder, ResilientDataSource, Action{NpgsqlDbContextOptionsBuilder}?)"/>
    /// <typeparam name="TContext">The type of the context.</typeparam>
    public static DbContextOptionsBuilder<TContext> UseResilientPostgres<TContext>(
        this DbContextOptionsBuilder<TContext> optionsBuilder, ResilientDataSource dataSource, Action<NpgsqlDbContextOptionsBuilder>? npgsqlOptionsAction = null)
        where TContext : DbContext =>
        (DbContextOptionsBuilder<TContext>)((DbContextOptionsBuilder)optionsBuilder).UseResilientPostgres(dataSource, npgsqlOptionsAction);

    /// <inheritdoc cref="UseResilientPostgres(DbContextOptionsBuilder, IServiceProvider, string?, Action{NpgsqlDbContextOptionsBuilder}?)"/>
    /// <typeparam name="TContext">The type of the context.</typeparam>
    public static DbContextOptionsBuilder<TContext> UseResilientPostgres<TContext>(
        this DbContextOptionsBuilder<TContext> optionsBuilder,
        IServiceProvider serviceProvider,
        string? name = null,
        Action<NpgsqlDbContextOptionsBuilder>? npgsqlOptionsAction = null)
        where TContext : DbContext =>
        (DbContextOptionsBuilder<TContext>)((DbContextOptionsBuilder)optionsBuilder).UseResilientPostgres(serviceProvider, name, npgsqlOptionsAction);

    static ResilientDataSource Find(IServiceProvider provider, string? name)
    {
        var found = name is null ? provider.GetService<ResilientDataSource>() : provider.GetKeyedService<ResilientDataSource>(name);
        return found ?? throw new InvalidOperationException(name is null
            ? "No cluster is registered without a name. Call services.AddResilientPostgres(…), or name one of those that are: UseResilientPostgres(provider, \"orders\")."
            : $"No cluster named '{name}' is registered. Call services.AddResilientPostgres(\"{name}\", …).");
    }
}
