using Microsoft.Extensions.Diagnostics.HealthChecks;
using ResilientPostgres.Monitoring;

namespace ResilientPostgres.AspNetCore.Health;

/// <summary>What is told of a cluster's health: names, roles and lag. Reasons stay inside: they quote servers' errors, which name users and databases.</summary>
sealed record ClusterHealth(HealthStatus Status, string? Primary, long Timeline, IReadOnlyList<EndpointHealth> Endpoints)
{
    /// <summary>Right after the start nothing is known yet; the servers' first answers come within about a second.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    public static async Task<ClusterHealth> OfAsync(ResilientDataSource db, CancellationToken cancellationToken)
    {
        _ = db.Explain(); // Watching begins with the first call.
        var clock = db.Cluster.Clock;
        var until = clock.Now + _patience;
        while (db.Topology.Current is { Status: ClusterStatus.Unknown } unknown && until - clock.Now is var left && left > TimeSpan.Zero)
        {
            await TimeLimit.WithinAsync(unknown.Superseded, left, clock, cancellationToken).ConfigureAwait(false);
        }

        return Of(db);
    }

    static ClusterHealth Of(ResilientDataSource db)
    {
        var now = db.Topology.Current;
        return new ClusterHealth(Judge(now), now.Primary?.Endpoint.Name, now.Timeline, [.. now.Endpoints.Select(e => EndpointHealth.Of(e, db.Topology))]);
    }

    static HealthStatus Judge(TopologySnapshot now) =>
        now.Primary is not null ? HealthStatus.Healthy
        : now.Endpoints.Any(static e => e is { Role: EndpointRole.Standby, Status: EndpointStatus.Available }) ? HealthStatus.Degraded
        : HealthStatus.Unhealthy;
}
