using Microsoft.Extensions.Options;
using ResilientPostgres.Discovery;

namespace ResilientPostgres;

/// <summary>Has Patroni list the endpoints.</summary>
public static class PatroniBuilderExtensions
{
    /// <summary>Has Patroni list the endpoints. What it says is a hint; each server is probed.</summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="urls">REST interfaces of members, such as <c>http://pg-a:8008</c>; none: the hosts of the connection string at port 8008.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="OptionsValidationException">An address is none.</exception>
    /// <exception cref="InvalidOperationException">The cluster has a provider already.</exception>
    public static ResilientPostgresBuilder UsePatroni(this ResilientPostgresBuilder builder, params Uri[] urls) => builder.UsePatroni(Adding(urls));

    /// <summary>Has Patroni list the endpoints. What it says is a hint; each server is probed.</summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="OptionsValidationException">The options are not valid; every failure is listed.</exception>
    /// <exception cref="InvalidOperationException">The cluster has a provider already.</exception>
    public static ResilientPostgresBuilder UsePatroni(this ResilientPostgresBuilder builder, Action<PatroniOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = Checked(builder.Name, configure);
        return builder.AddEndpointProvider(_ => new PatroniProvider(options));
    }

    /// <summary>Has Patroni list the endpoints. What it says is a hint; each server is probed.</summary>
    /// <param name="builder">The data source being built.</param>
    /// <param name="urls">REST interfaces of members, such as <c>http://pg-a:8008</c>; none: the hosts of the connection string at port 8008.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="OptionsValidationException">An address is none.</exception>
    /// <exception cref="InvalidOperationException">The cluster has a provider already.</exception>
    public static ResilientDataSourceBuilder UsePatroni(this ResilientDataSourceBuilder builder, params Uri[] urls) => builder.UsePatroni(Adding(urls));

    /// <summary>Has Patroni list the endpoints. What it says is a hint; each server is probed.</summary>
    /// <param name="builder">The data source being built.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="OptionsValidationException">The options are not valid; every failure is listed.</exception>
    /// <exception cref="InvalidOperationException">The cluster has a provider already.</exception>
    public static ResilientDataSourceBuilder UsePatroni(this ResilientDataSourceBuilder builder, Action<PatroniOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddEndpointProvider(new PatroniProvider(Checked(builder.Name, configure)));
    }

    static Action<PatroniOptions> Adding(Uri[] urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        return options => Array.ForEach(urls, options.Urls.Add);
    }

    static PatroniOptions Checked(string cluster, Action<PatroniOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new PatroniOptions();
        configure(options);
        PatroniRules.Check(cluster, options);
        return options;
    }
}
