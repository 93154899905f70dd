using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using ResilientPostgres.DependencyInjection;
using ResilientPostgres.Passwords;

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

    /// <inheritdoc cref="ResilientDataSourceBuilder.UsePgpool"/>
    public ResilientPostgresBuilder UsePgpool(string? backends = null) => Configure(o => o.UsePgpool(backends));

    /// <inheritdoc cref="ResilientDataSourceBuilder.UsePgBouncer"/>
    public ResilientPostgresBuilder UsePgBouncer(PgBouncerMode mode = PgBouncerMode.Transaction)
    {
        var kind = PoolerShortcuts.KindOf(mode);
        return Configure(o => o.Pooler |= kind);
    }

    /// <summary>Has the endpoints listed by a provider; the hosts of the connection string are what it begins with.</summary>
    /// <typeparam name="T">The provider; the container makes one for this cluster, with whatever its constructor asks for.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">There is one for this cluster already.</exception>
    public ResilientPostgresBuilder AddEndpointProvider<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IEndpointProvider =>
        AddEndpointProvider(static services => ActivatorUtilities.CreateInstance<T>(services));

    /// <summary>Has the endpoints listed by a provider; the hosts of the connection string are what it begins with.</summary>
    /// <param name="create">Makes it, once. It is disposed with the data source.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">There is one for this cluster already.</exception>
    public ResilientPostgresBuilder AddEndpointProvider(Func<IServiceProvider, IEndpointProvider> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (Services.Any(d => d.ServiceType == typeof(ProviderConfiguration) && ((ProviderConfiguration)d.ImplementationInstance!).Cluster == Name))
        {
            throw new InvalidOperationException($"The endpoints of cluster '{Name}' have a provider already. Use one, or write one that asks both.");
        }

        Services.AddSingleton(new ProviderConfiguration(Name, create));
        return this;
    }

    /// <summary>
    /// Lets passwords come from a provider instead of the connection string. It is asked when a physical connection logs in to a server and no password is kept for it: at the first
    /// login, when the lifetime ends, and once when the server refuses the one that is kept; the login is then tried again.
    /// </summary>
    /// <param name="provider">Gives a password; called once at a time for each server, within 30 seconds. Its failure fails the login.</param>
    /// <param name="configure">How long passwords are kept; until they are refused by default.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The cluster has a provider already.</exception>
    public ResilientPostgresBuilder UsePasswordProvider(
        Func<PasswordRequest, CancellationToken, ValueTask<string>> provider, Action<PasswordProviderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return UsePasswords(PasswordSetup.Of(_ => provider, configure));
    }

    /// <summary>Lets passwords come from a provider that uses the container.</summary>
    /// <param name="provider">Gives a password; called once at a time for each server, within 30 seconds. Its failure fails the login.</param>
    /// <param name="configure">How long passwords are kept; until they are refused by default.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The cluster has a provider already.</exception>
    public ResilientPostgresBuilder UsePasswordProvider(
        Func<IServiceProvider, PasswordRequest, CancellationToken, ValueTask<string>> provider, Action<PasswordProviderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return UsePasswords(PasswordSetup.Of(services => (request, cancellationToken) => provider(services!, request, cancellationToken), configure));
    }

    internal ResilientPostgresBuilder UsePasswords(PasswordSetup setup)
    {
        if (Services.Any(d => d.ImplementationInstance is PasswordRegistration other && other.Cluster == Name))
        {
            throw new InvalidOperationException($"The cluster '{Name}' has a password provider already: UsePasswordProvider and UseIamAuthentication are called once.");
        }

        Services.AddSingleton(new PasswordRegistration(Name, setup));
        foreach (var rules in setup.Rules)
        {
            Services.AddSingleton<IValidateOptions<ResilientPostgresOptions>>(new ClusterRules(Name, rules));
        }

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
