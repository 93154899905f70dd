using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ResilientPostgres.Dns;
using ResilientPostgres.Dns.Lookup;
using ResilientPostgres.Dns.Options;

namespace ResilientPostgres;

/// <summary>Has the endpoints of a cluster listed by DNS.</summary>
public static class ResilientPostgresDnsExtensions
{
    /// <summary>Resolves the hosts of the connection string, and other names: every address is an endpoint, for as long as DNS lists it.</summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="configure">Changes the options, which are validated when the host starts.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The cluster has a provider already.</exception>
    public static ResilientPostgresBuilder UseDns(this ResilientPostgresBuilder builder, Action<DnsEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var name = builder.Name;
        builder.AddEndpointProvider(services => Create(services.GetRequiredService<IOptionsMonitor<DnsEndpointOptions>>().Get(name)));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DnsEndpointOptions>, DnsOptionsRules>());
        var options = builder.Services.AddOptions<DnsEndpointOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>Resolves the hosts of the connection string, and other names: every address is an endpoint, for as long as DNS lists it.</summary>
    /// <param name="builder">The data source to be.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="OptionsValidationException">The options are not valid; every failure is listed.</exception>
    /// <exception cref="InvalidOperationException">The data source has a provider already.</exception>
    public static ResilientDataSourceBuilder UseDns(this ResilientDataSourceBuilder builder, Action<DnsEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new DnsEndpointOptions();
        configure?.Invoke(options);
        if (new DnsOptionsRules().Validate(builder.Name, options).Failures is { } failures)
        {
            throw new OptionsValidationException(builder.Name, typeof(DnsEndpointOptions), failures);
        }

        return builder.AddEndpointProvider(Create(options));
    }

    /// <summary>Follows the services that CloudNativePG makes for a cluster: <c>-rw</c> leads to the primary, <c>-ro</c> to standbys, <c>-r</c> to all of them.</summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="cluster">The name of the Cluster resource.</param>
    /// <param name="kubernetesNamespace">Where it stands, unless that is the application's own namespace.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The builder.</returns>
    /// <remarks>These three names are asked for, not the connection string's hosts; its first one gives the port. Certificates are checked against the names of the services.</remarks>
    /// <exception cref="InvalidOperationException">The cluster has a provider already.</exception>
    public static ResilientPostgresBuilder UseCloudNativePg(
        this ResilientPostgresBuilder builder, string cluster, string? kubernetesNamespace = null, Action<DnsEndpointOptions>? configure = null) =>
        builder.UseDns(Follow(cluster, kubernetesNamespace) + configure);

    /// <summary>Follows the services that CloudNativePG makes for a cluster: <c>-rw</c> leads to the primary, <c>-ro</c> to standbys, <c>-r</c> to all of them.</summary>
    /// <param name="builder">The data source to be.</param>
    /// <param name="cluster">The name of the Cluster resource.</param>
    /// <param name="kubernetesNamespace">Where it stands, unless that is the application's own namespace.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The builder.</returns>
    /// <remarks>These three names are asked for, not the connection string's hosts; its first one gives the port. Certificates are checked against the names of the services.</remarks>
    /// <exception cref="OptionsValidationException">The options are not valid; every failure is listed.</exception>
    /// <exception cref="InvalidOperationException">The data source has a provider already.</exception>
    public static ResilientDataSourceBuilder UseCloudNativePg(
        this ResilientDataSourceBuilder builder, string cluster, string? kubernetesNamespace = null, Action<DnsEndpointOptions>? configure = null) =>
        builder.UseDns(Follow(cluster, kubernetesNamespace) + configure);

    static Action<DnsEndpointOptions> Follow(string cluster, string? kubernetesNamespace)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(cluster);
        var domain = string.IsNullOrEmpty(kubernetesNamespace) ? "" : $".{kubernetesNamespace}.svc";
        return options =>
        {
            options.IncludeHosts = false;
            options.Members.Add($"{cluster}-r{domain}");
            options.Primaries.Add($"{cluster}-rw{domain}");
            options.Standbys.Add($"{cluster}-ro{domain}");
        };
    }

    static DnsEndpointProvider Create(DnsEndpointOptions options) => new(options, new DnsClientSource(options));
}
