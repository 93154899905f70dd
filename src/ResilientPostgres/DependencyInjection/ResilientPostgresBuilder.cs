using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ResilientPostgres.DependencyInjection;

namespace ResilientPostgres;

/// <summary>What <c>AddResilientPostgres</c> returns: one cluster, to be configured further.</summary>
public sealed class ResilientPostgresBuilder
{
    internal ResilientPostgresBuilder(IServiceCollection services, string name)
    {
        Services = services;
        Name = name;
    }

    /// <summary>The container being built.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The cluster's name: its options' name, and its service key unless it is the default one.</summary>
    public string Name { get; }

    /// <summary>Changes the options in code, after whatever was bound.</summary>
    /// <param name="configure">The change.</param>
    /// <returns>This builder.</returns>
    public ResilientPostgresBuilder Configure(Action<ResilientPostgresOptions> configure)
    {
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>Configures Npgsql for each endpoint: type mappings, TLS, passwords. Also called for the monitor's session.</summary>
    /// <param name="configure">Called once for each data source made.</param>
    /// <returns>This builder.</returns>
    public ResilientPostgresBuilder ConfigureNpgsql(Action<Endpoint, NpgsqlDataSourceBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddSingleton(new NpgsqlConfiguration(Name, configure));
        return this;
    }

    /// <summary>Replaces the built-in retry, circuit breaker or hedging by pipelines of Polly's own builder.</summary>
    /// <param name="configure">Sets what is to be replaced.</param>
    /// <returns>This builder.</returns>
    public ResilientPostgresBuilder ConfigureResilience(Action<ResilienceStrategies> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddSingleton(new ResilienceConfiguration(Name, configure));
        return this;
    }
}
