using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Topology;

/// <summary>What is seen, one after the other, and what stands then.</summary>
sealed class TopologyPhase
{
    /// <summary>Why, for people.</summary>
    public string? Note { get; init; }

    public required List<ObservationSpec> Observations { get; init; }

    public required TopologyOutcome Expect { get; init; }
}
