using System.Collections.Immutable;

namespace ResilientPostgres.Topology;

/// <summary>State and observation in, state and events out: the only writer of topology, and pure.</summary>
static class TopologyReducer
{
    public static TopologyChange Apply(TopologyState state, Observation observation, SplitBrainAction policy)
    {
        var observed = observation switch
        {
            Observation.Probed p when state.Find(p.Endpoint) is { } e => state.Replace(e, e.With(p)),
            Observation.ProbeFailed f when state.Find(f.Endpoint) is { } e => state.Replace(e, e.With(f)),
            Observation.Doubted d when state.Find(d.Endpoint) is { } e => state.Replace(e, e.With(d)),
            Observation.EndpointsListed l => EndpointList.Apply(state, l),
            Observation.FenceReset => state with { Memory = null, HighestTimeline = 0 },
            _ => state,
        };
        return ReferenceEquals(observed, state)
            ? new TopologyChange(state, state, [])
            : Decide(state, ClusterIdentity.Decide(observed), policy);
    }

    static TopologyChange Decide(TopologyState before, TopologyState state, SplitBrainAction policy)
    {
        var election = PrimaryElection.Decide(state, policy);
        if (election.Primary is { } elected)
        {
            state = Accept(state, elected);
        }

        // Marking endpoints replaced some of the records the election has seen.
        var primary = election.Primary is null ? null : state.Find(election.Primary.Endpoint);
        var status = election switch
        {
            { IsSplitBrain: true } => ClusterStatus.SplitBrain,
            { Primary: not null } => ClusterStatus.WithPrimary,
            _ when state.Memory is null && !state.IsObserved => ClusterStatus.Unknown,
            _ => ClusterStatus.NoPrimary,
        };
        state = state with { Snapshot = Publish(before.Snapshot, state, status, primary) };
        return new TopologyChange(before, state, TopologyEvents.Between(before, state));
    }

    static TopologyState Accept(TopologyState state, EndpointState elected)
    {
        var facts = elected.Facts!.Value;
        var timeline = facts.Timeline ?? 0;
        if (timeline > state.HighestTimeline)
        {
            state = Divergence.AtTakeover(state, elected);
        }

        return Divergence.AtProbe(state, elected) with
        {
            Memory = new PrimaryMemory(elected.Endpoint, facts),
            HighestTimeline = Math.Max(state.HighestTimeline, timeline),
        };
    }

    static TopologySnapshot Publish(TopologySnapshot last, TopologyState state, ClusterStatus status, EndpointState? primary)
    {
        ImmutableArray<EndpointSnapshot> endpoints = [.. state.Endpoints.Select(e => EndpointVerdict.Of(state, e, primary))];
        var chosen = primary is null ? null : endpoints.First(e => e.Endpoint.Equals(primary.Endpoint));
        var next = new TopologySnapshot(last.Version + 1, status, endpoints, chosen, state.HighestTimeline, state.SystemIdentifier);
        return next.DecidesSameAs(last) ? last : next;
    }
}
