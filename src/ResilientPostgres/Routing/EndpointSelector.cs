namespace ResilientPostgres.Routing;

/// <summary>
/// Chooses an endpoint: pure, without lock, LINQ or allocation, for every call passes here. Role and freshness first, then
/// two random candidates by weight, and of these the one with less work times latency ("the power of two choices").
/// </summary>
static class EndpointSelector
{
    /// <returns>Index into the snapshot's endpoints, or -1 if none will do now.</returns>
    /// <param name="snapshot">The cluster as it stands.</param>
    /// <param name="request">What is needed.</param>
    /// <param name="now">Our monotonic time.</param>
    /// <param name="random">64 random bits.</param>
    public static int Select(TopologySnapshot snapshot, in RoutingRequest request, TimeSpan now, ulong random)
    {
        switch (request.Preference)
        {
            case ReadPreference.Primary:
                return Primary(snapshot);
            case ReadPreference.PreferPrimary:
                return Primary(snapshot) is var primary and >= 0 ? primary : Choose(snapshot, request, now, random);
            case ReadPreference.PreferStandby:
                return Choose(snapshot, request, now, random) is var standby and >= 0 ? standby : Primary(snapshot);
            default:
                return Choose(snapshot, request, now, random);
        }
    }

    static int Primary(TopologySnapshot snapshot) =>
        snapshot.Primary is { Status: EndpointStatus.Available } primary ? snapshot.Endpoints.IndexOf(primary) : -1;

    static int Choose(TopologySnapshot snapshot, in RoutingRequest request, TimeSpan now, ulong random)
    {
        var endpoints = snapshot.Endpoints;
        Span<int> candidates = endpoints.Length <= 128 ? stackalloc int[endpoints.Length] : new int[endpoints.Length];
        var count = 0;
        for (var i = 0; i < endpoints.Length; i++)
        {
            if (IsEligible(snapshot, endpoints[i], request, now))
            {
                candidates[count++] = i;
            }
        }

        // The one that just failed, and weight 0, are used only when nothing else is left.
        count = Prefer(endpoints.AsSpan(), candidates[..count], request.Avoid);
        return count switch
        {
            0 => -1,
            1 => candidates[0],
            _ => BetterOfTwo(endpoints.AsSpan(), candidates[..count], random),
        };
    }

    static bool IsEligible(TopologySnapshot snapshot, EndpointSnapshot endpoint, in RoutingRequest request, TimeSpan now) =>
        EndpointJudge.AsStandby(endpoint, request, now) == RejectionReason.None
        || (request.Preference == ReadPreference.Any && EndpointJudge.AsPrimary(snapshot, endpoint) == RejectionReason.None);

    /// <summary>Moves the preferred candidates to the front and returns how many there are, or all if none is.</summary>
    static int Prefer(ReadOnlySpan<EndpointSnapshot> endpoints, Span<int> candidates, Endpoint? avoid)
    {
        var kept = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            var endpoint = endpoints[candidates[i]].Endpoint;
            if (endpoint.Weight > 0 && (avoid is null || !endpoint.Equals(avoid)))
            {
                (candidates[kept], candidates[i]) = (candidates[i], candidates[kept]);
                kept++;
            }
        }

        return kept > 0 ? kept : candidates.Length;
    }

    static int BetterOfTwo(ReadOnlySpan<EndpointSnapshot> endpoints, ReadOnlySpan<int> candidates, ulong random)
    {
        var total = 0UL;
        foreach (var index in candidates)
        {
            total += Weight(endpoints[index]);
        }

        var first = Draw(endpoints, candidates, (uint)random * total >> 32);
        var second = Draw(endpoints, candidates, (random >> 32) * total >> 32);
        return Cost(endpoints[second].Gauge) < Cost(endpoints[first].Gauge) ? second : first;
    }

    static int Draw(ReadOnlySpan<EndpointSnapshot> endpoints, ReadOnlySpan<int> candidates, ulong point)
    {
        foreach (var index in candidates)
        {
            var weight = Weight(endpoints[index]);
            if (point < weight)
            {
                return index;
            }

            point -= weight;
        }

        return candidates[^1];
    }

    // Only when every candidate weighs nothing do they get here with 0; then they are equal.
    static ulong Weight(EndpointSnapshot endpoint) => (ulong)Math.Max(1, endpoint.Endpoint.Weight);

    static long Cost(Topology.EndpointGauge gauge) => (gauge.InFlight + 1L) * Math.Max(1, gauge.LatencyTicks);
}
