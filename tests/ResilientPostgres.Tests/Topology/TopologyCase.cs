using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Topology;

/// <summary>Endpoints, a policy, and phases of observations, each with the outcome expected after it.</summary>
sealed class TopologyCase : ISpecCase
{
    public required string Name { get; init; }

    public SplitBrainAction Policy { get; init; } = SplitBrainAction.RefuseWrites;

    public required List<EndpointSpec> Endpoints { get; init; }

    public required List<TopologyPhase> Phases { get; init; }
}
