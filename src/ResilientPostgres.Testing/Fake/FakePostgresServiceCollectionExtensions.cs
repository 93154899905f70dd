using Microsoft.Extensions.DependencyInjection.Extensions;
using ResilientPostgres;
using ResilientPostgres.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a <see cref="ResilientDataSource"/> on a <see cref="FakePostgresCluster"/>.</summary>
public static class FakePostgresServiceCollectionExtensions
{
    /// <summary>Registers the default cluster, on the fake's servers and its clock.</summary>
    /// <param name="services">The container.</param>
    /// <param name="cluster">The fake. The container does not dispose it.</param>
    /// <param name="configure">Sets more options.</param>
    /// <returns>A builder for more.</returns>
    public static ResilientPostgresBuilder AddResilientPostgres(
        this IServiceCollection services, FakePostgresCluster cluster, Action<ResilientPostgresOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(cluster);
        services.Replace(ServiceDescriptor.Singleton(cluster.Options.TimeProvider));
        return services.AddResilientPostgres(options =>
        {
            options.ConnectionString = cluster.ConnectionString;
            configure?.Invoke(options);
        });
    }
}
