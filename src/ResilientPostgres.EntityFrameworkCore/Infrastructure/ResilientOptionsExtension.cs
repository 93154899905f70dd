using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres.EntityFrameworkCore.Administration;
using ResilientPostgres.EntityFrameworkCore.Interception;

namespace ResilientPostgres.EntityFrameworkCore.Infrastructure;

/// <summary>
/// What a context's options carry beside the provider's. The services it adds to EF Core's own container know no cluster: that comes with the options of each context, so contexts of several
/// clusters share a container.
/// </summary>
sealed record ResilientOptionsExtension(ResilientDataSource DataSource) : IDbContextOptionsExtension
{
    ExtensionInfo? _info;

    public bool IsSingleStatementGuarded { get; init; } = true;

    public DbContextOptionsExtensionInfo Info => _info ??= new ExtensionInfo(this);

    public static ResilientOptionsExtension? Of(IDbContextOptions options) => options.FindExtension<ResilientOptionsExtension>();

    public void ApplyServices(IServiceCollection services)
    {
        services.AddSingleton<IInterceptor, CommandWatch>();
        services.AddSingleton<IInterceptor, TransactionWatch>();
        services.AddSingleton<IInterceptor, SaveWatch>();
        services.AddScoped<PlainConnectionSwap>();
        Replace<IRelationalDatabaseCreator, PrimaryDatabaseCreator>(services);
        Decorate<IMigrator>(services, static (inner, provider) => new PrimaryMigrator(
            inner, provider.GetRequiredService<PlainConnectionSwap>(), provider.GetRequiredService<IRelationalDatabaseCreator>()));
    }

    /// <exception cref="InvalidOperationException">EF Core's services were put together elsewhere, without those that watch what an attempt has done: repeating would be unsafe.</exception>
    public void Validate(IDbContextOptions options)
    {
        if (options.FindExtension<CoreOptionsExtension>()?.InternalServiceProvider is not null)
        {
            throw new InvalidOperationException("UseResilientPostgres adds services to EF Core's own container, so it can't be combined with UseInternalServiceProvider.");
        }
    }

    static void Replace<TService, TImplementation>(IServiceCollection services)
    {
        var present = Find(services, typeof(TService));
        services[services.IndexOf(present)] = new ServiceDescriptor(typeof(TService), typeof(TImplementation), present.Lifetime);
    }

    /// <summary>The provider's own migrator goes on doing the work; only its type is not ours to name.</summary>
    static void Decorate<T>(IServiceCollection services, Func<T, IServiceProvider, T> decorate)
        where T : class
    {
        var present = Find(services, typeof(T));
        var inner = present.ImplementationType ?? throw new InvalidOperationException($"{typeof(T).Name} is not registered by its type: something else has taken its place already.");
        services[services.IndexOf(present)] = new ServiceDescriptor(
            typeof(T), provider => decorate((T)ActivatorUtilities.CreateInstance(provider, inner), provider), present.Lifetime);
    }

    static ServiceDescriptor Find(IServiceCollection services, Type service) =>
        services.LastOrDefault(d => d.ServiceType == service)
        ?? throw new InvalidOperationException($"The provider has not registered {service.Name}; UseResilientPostgres was written for Npgsql.EntityFrameworkCore.PostgreSQL 10.");

    sealed class ExtensionInfo(ResilientOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "ResilientPostgres ";

        public override int GetServiceProviderHashCode() => 0;

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other is ExtensionInfo;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) => debugInfo["ResilientPostgres"] = "1";
    }
}
