namespace ResilientPostgres.Topology;

/// <summary>The status of one endpoint under the rules of its cluster, with the rule that decided it.</summary>
static class EndpointVerdict
{
    public static EndpointSnapshot Of(TopologyState state, EndpointState endpoint, EndpointState? primary)
    {
        var (status, reason) = endpoint.Reach switch
        {
            Reach.Answering => Rule(state, endpoint, primary),
            Reach.Suspected => (EndpointStatus.Suspected, endpoint.Reason),
            Reach.StartingUp => (EndpointStatus.StartingUp, endpoint.Reason),
            Reach.Unreachable => (EndpointStatus.Unreachable, endpoint.Reason),
            Reach.Misconfigured => (EndpointStatus.Misconfigured, endpoint.Reason),
            _ => (EndpointStatus.Unknown, "not observed yet"),
        };
        return new EndpointSnapshot(endpoint, status, reason);
    }

    static (EndpointStatus, string?) Rule(TopologyState state, EndpointState endpoint, EndpointState? primary)
    {
        var facts = endpoint.Facts!.Value;
        if (state.SystemIdentifier is { } own && facts.SystemIdentifier != own)
        {
            return (EndpointStatus.Foreign, $"belongs to cluster {facts.SystemIdentifier}, not {own}");
        }

        return facts.InRecovery ? OfStandby(state, endpoint, facts) : OfWriter(state, endpoint, facts, primary);
    }

    static (EndpointStatus, string?) OfStandby(TopologyState state, EndpointState endpoint, ServerFacts facts)
    {
        if (facts.Timeline is { } received && received < state.HighestTimeline)
        {
            return (EndpointStatus.Diverged, $"receives timeline {received} and does not follow the primary to {state.HighestTimeline} yet");
        }

        return endpoint.IsDiverged ? (EndpointStatus.Diverged, $"has replayed log that timeline {state.HighestTimeline} does not contain")
            : endpoint.UnlistedSince is not null ? (EndpointStatus.Draining, "is no longer listed")
            : (EndpointStatus.Available, null);
    }

    static (EndpointStatus, string?) OfWriter(TopologyState state, EndpointState endpoint, ServerFacts facts, EndpointState? primary)
    {
        if (facts.Timeline < state.HighestTimeline)
        {
            return (EndpointStatus.Fenced, $"accepts writes on timeline {facts.Timeline}; the primary is on {state.HighestTimeline}");
        }

        if (endpoint.Endpoint.IsBackend)
        {
            return (EndpointStatus.Detached, "accepts writes; they go through the pooler");
        }

        if (!endpoint.Endpoint.CanBecomePrimary)
        {
            return (EndpointStatus.Detached, "was promoted, and may not become primary (CanBecomePrimary = false)");
        }

        // The server remembered as the primary, by any of its names, is not the intruder in a split brain.
        var isPrimary = primary is null
            ? state.Memory is null || state.Memory.Is(endpoint)
            : primary.Facts!.Value.IsSameServerAs(facts);
        return isPrimary || facts.ReadOnly
            ? (EndpointStatus.Available, facts.ReadOnly ? "transactions there are read-only (default_transaction_read_only = on, for all who log in)" : null)
            : (EndpointStatus.Detached, $"accepts writes on timeline {facts.Timeline} beside the primary");
    }
}
