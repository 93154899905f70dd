namespace ResilientPostgres.Tests.Topology;

/// <summary>The cluster after a phase.</summary>
sealed class TopologyOutcome
{
    public required ClusterStatus Status { get; init; }

    public string? Primary { get; init; }

    public required long Timeline { get; init; }

    public required bool Settled { get; init; }

    /// <summary>Every endpoint, in order: "role status generation".</summary>
    public required Dictionary<string, string> Endpoints { get; init; }

    /// <summary>Every event of the phase but status changes, which the runner derives itself: "kind" or "kind endpoint".</summary>
    public required List<string> Events { get; init; }

    /// <summary>Where given: whether the phase published a snapshot.</summary>
    public bool? Published { get; init; }

    public Dictionary<string, int>? Weights { get; init; }
}
