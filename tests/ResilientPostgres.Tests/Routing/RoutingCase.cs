using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Routing;

/// <summary>A cluster, a request, and where it may go.</summary>
sealed class RoutingCase : ISpecCase
{
    public required string Name { get; init; }

    public ClusterStatus Status { get; init; } = ClusterStatus.WithPrimary;

    public string? Primary { get; init; }

    public required List<RoutingEndpoint> Endpoints { get; init; }

    public required RoutingAsk Request { get; init; }

    public required RoutingOutcome Expect { get; init; }
}
