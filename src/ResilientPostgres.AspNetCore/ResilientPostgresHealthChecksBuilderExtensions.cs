using Microsoft.Extensions.Diagnostics.HealthChecks;
using ResilientPostgres.AspNetCore;
using ResilientPostgres.AspNetCore.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a cluster to the application's health checks.</summary>
public static class ResilientPostgresHealthChecksBuilderExtensions
{
    /// <summary>Healthy when there is a primary, degraded when standbys alone can be read, else unhealthy.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="dataSource">The cluster's name; the one registered without a name if not given.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What is reported instead of <see cref="HealthStatus.Unhealthy"/>, if given.</param>
    /// <param name="tags">The check's tags; none by default.</param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddResilientPostgres(
        this IHealthChecksBuilder builder, string? dataSource = null, string name = "postgres", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, provider => new ClusterHealthCheck(DataSourceLookup.Find(provider, dataSource)), failureStatus, tags));
    }
}
