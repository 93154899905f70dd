using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ResilientPostgres.AspNetCore.Health;

/// <summary>The health of one cluster among the application's other checks.</summary>
sealed class ClusterHealthCheck(ResilientDataSource db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = await ClusterHealth.OfAsync(db, cancellationToken).ConfigureAwait(false);
        var figures = health.Endpoints.ToDictionary(static e => e.Endpoint, static object (e) => e.ToString());
        return health.Status switch
        {
            HealthStatus.Healthy => HealthCheckResult.Healthy($"The primary is {health.Primary}.", figures),
            HealthStatus.Degraded => HealthCheckResult.Degraded("There is no primary; standbys can be read.", data: figures),
            _ => new HealthCheckResult(context.Registration.FailureStatus, "There is neither a primary nor a standby that can be read.", data: figures),
        };
    }
}
