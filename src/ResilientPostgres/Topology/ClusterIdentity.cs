namespace ResilientPostgres.Topology;

/// <summary>Which cluster we serve: a host of another one must not take a write, and a cluster replaced behind its names must be followed.</summary>
static class ClusterIdentity
{
    public static TopologyState Decide(TopologyState state)
    {
        var own = state.SystemIdentifier ?? Settle(state);
        if (own is null)
        {
            return state;
        }

        var replacement = Replacement(state, own.Value);
        if (replacement is not null)
        {
            state = state with { Memory = null, HighestTimeline = 0 };
            own = replacement;
        }

        state = state with { SystemIdentifier = own };
        foreach (var endpoint in state.Endpoints)
        {
            if (!endpoint.WasOwn && endpoint.BelongsTo(own))
            {
                state = state.Replace(endpoint, endpoint with { WasOwn = true });
            }
        }

        return state;
    }

    /// <summary>The first answer may come from a foreign host: wait for most, or for all to have been tried; ties go to the first listed.</summary>
    static long? Settle(TopologyState state)
    {
        long? best = null;
        var bestCount = 0;
        foreach (var endpoint in state.Endpoints)
        {
            if (endpoint is { IsAnswering: true, Facts: { } facts })
            {
                var count = state.Endpoints.Count(e => e.IsAnswering && e.BelongsTo(facts.SystemIdentifier));
                (best, bestCount) = count > bestCount ? (facts.SystemIdentifier, count) : (best, bestCount);
            }
        }

        var isMost = bestCount * 2 > state.Endpoints.Length;
        return isMost || state.IsObserved ? best : null;
    }

    /// <summary>
    /// A major upgrade or a blue/green swap: nothing of the old cluster is left under its names, all that answer agree, and one that was ours
    /// is among them. A host that was foreign from the start proves nothing, whatever else is down.
    /// </summary>
    static long? Replacement(TopologyState state, long own)
    {
        if (state.Endpoints.Any(e => IsLeft(e, own)))
        {
            return null;
        }

        var answering = state.Endpoints.Where(static e => e is { IsAnswering: true, UnlistedSince: null }).ToArray();
        var candidate = answering.FirstOrDefault(e => WasOwn(state, e))?.Facts?.SystemIdentifier;
        return candidate is not null && answering.All(e => e.BelongsTo(candidate)) ? candidate : null;
    }

    /// <summary>It is still there; one that is listed no longer and takes no writes doesn't count, for that is how an old cluster is left behind.</summary>
    static bool IsLeft(EndpointState endpoint, long own) =>
        endpoint.Reach is not (Reach.Unreachable or Reach.Unknown) && endpoint.BelongsTo(own)
        && (endpoint.UnlistedSince is null || endpoint.Facts!.Value.IsWritable);

    /// <summary>It, or another address of its name.</summary>
    static bool WasOwn(TopologyState state, EndpointState endpoint) =>
        endpoint.WasOwn || (endpoint.Endpoint.Address is not null && state.Endpoints.Any(e => e.WasOwn && e.Endpoint.IsOfSameName(endpoint.Endpoint)));
}
