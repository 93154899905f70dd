using System.Collections.Immutable;

namespace ResilientPostgres.Topology;

/// <summary>What the reducer remembers, and the snapshot it last published.</summary>
sealed record TopologyState
{
    public required ImmutableArray<EndpointState> Endpoints { get; init; }

    public long? SystemIdentifier { get; init; }

    public PrimaryMemory? Memory { get; init; }

    /// <summary>The highest timeline accepted. Nothing is written below it again, until an operator resets it.</summary>
    public uint HighestTimeline { get; init; }

    public required TopologySnapshot Snapshot { get; init; }

    /// <summary>Nothing is in doubt, and nobody is on the way to the new timeline: probes may go back to their ordinary pace.</summary>
    public bool IsSettled => Snapshot.Primary is not null && Endpoints.All(e => e.IsObserved && e.DoubtedAt is null && !IsOnItsWay(e));

    bool IsOnItsWay(EndpointState endpoint) =>
        endpoint is { IsAnswering: true, Facts: { InRecovery: true } facts }
        && facts.SystemIdentifier == SystemIdentifier
        && facts.Timeline < HighestTimeline;

    public static TopologyState Create(ImmutableArray<Endpoint> endpoints)
    {
        ImmutableArray<EndpointState> states = [.. endpoints.Select(static e => new EndpointState(e))];
        ImmutableArray<EndpointSnapshot> snapshots = [.. states.Select(static s => new EndpointSnapshot(s, EndpointStatus.Unknown, null))];
        return new TopologyState
        {
            Endpoints = states,
            Snapshot = new TopologySnapshot(1, ClusterStatus.Unknown, snapshots, null, 0, null),
        };
    }

    public EndpointState? Find(Endpoint endpoint) => Endpoints.FirstOrDefault(e => e.Endpoint.Equals(endpoint));

    public TopologyState Replace(EndpointState old, EndpointState next) =>
        ReferenceEquals(old, next) ? this : this with { Endpoints = Endpoints.Replace(old, next) };
}
