using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ResilientPostgres;
using ResilientPostgres.DependencyInjection;
using ResilientPostgres.Settings;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="ResilientDataSource"/>s.</summary>
public static class ResilientPostgresServiceCollectionExtensions
{
    /// <summary>The name of the cluster registered without one. It is injected as it is; any other is a keyed service.</summary>
    const string DefaultName = "postgres";

    /// <summary>Registers the default cluster with all defaults.</summary>
    /// <param name="services">The container.</param>
    /// <param name="connectionString">An Npgsql connection string whose <c>Host</c> lists the servers.</param>
    /// <returns>A builder for more.</returns>
    public static ResilientPostgresBuilder AddResilientPostgres(this IServiceCollection services, string connectionString) =>
        services.AddResilientPostgres(o => o.ConnectionString = connectionString);

    /// <summary>Registers the default cluster, configured in code.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder for more.</returns>
    public static ResilientPostgresBuilder AddResilientPostgres(this IServiceCollection services, Action<ResilientPostgresOptions> configure) =>
        Add(services, DefaultName).Configure(configure);

    /// <summary>Registers the default cluster, bound to configuration and reloaded with it.</summary>
    /// <param name="services">The container.</param>
    /// <param name="section">The section; a key that is no option is refused.</param>
    /// <returns>A builder for more.</returns>
    public static ResilientPostgresBuilder AddResilientPostgres(this IServiceCollection services, IConfigurationSection section) =>
        Bind(Add(services, DefaultName), section);

    /// <summary>Registers a cluster by name, as a keyed service: <c>[FromKeyedServices("orders")] ResilientDataSource db</c>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The name and service key.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder for more.</returns>
    public static ResilientPostgresBuilder AddResilientPostgres(
        this IServiceCollection services, string name, Action<ResilientPostgresOptions> configure) =>
        Add(services, name).Configure(configure);

    /// <summary>Registers a cluster by name, as a keyed service, bound to configuration and reloaded with it.</summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The name and service key.</param>
    /// <param name="section">The section; a key that is no option is refused.</param>
    /// <returns>A builder for more.</returns>
    public static ResilientPostgresBuilder AddResilientPostgres(
        this IServiceCollection services, string name, IConfigurationSection section) =>
        Bind(Add(services, name), section);

    static ResilientPostgresBuilder Bind(ResilientPostgresBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        builder.Services.AddSingleton<IOptionsChangeTokenSource<ResilientPostgresOptions>>(
            new ConfigurationChangeTokenSource<ResilientPostgresOptions>(builder.Name, section));
        builder.Services.AddSingleton<IConfigureOptions<ResilientPostgresOptions>>(new SectionBinding(builder.Name, section));
        return builder;
    }

    static ResilientPostgresBuilder Add(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (services.Any(d => d.ServiceType == typeof(ClusterRegistration) && ((ClusterRegistration)d.ImplementationInstance!).Name == name))
        {
            throw new InvalidOperationException($"A cluster named '{name}' is registered already. Give the second one a name of its own: AddResilientPostgres(\"orders\", …).");
        }

        services.AddSingleton(new ClusterRegistration(name));
        services.AddOptions<ResilientPostgresOptions>(name).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResilientPostgresOptions>, OptionsRules>());
        services.TryAddSingleton<IOptionsMonitor<ResilientPostgresOptions>, LiveOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(name, static (provider, key) => LiveDataSource.Create(provider, (string)key!));
        services.AddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<LiveDataSource>(key).DataSource);
        services.AddKeyedSingleton<DbDataSource>(name, static (provider, key) => provider.GetRequiredKeyedService<ResilientDataSource>(key));
        if (name == DefaultName)
        {
            services.AddSingleton(static provider => provider.GetRequiredKeyedService<ResilientDataSource>(DefaultName));
            services.AddSingleton<DbDataSource>(static provider => provider.GetRequiredKeyedService<ResilientDataSource>(DefaultName));
        }

        return new ResilientPostgresBuilder(services, name);
    }
}
