using ResilientPostgres.Positions;

namespace ResilientPostgres.Routing;

/// <summary>
/// Chooses an endpoint: pure, without lock, LINQ or allocation, for every call passes here. Role and freshness first, then
/// two random candidates by weight, and of these the one with less work times latency ("the power of two choices").
/// </summary>
static class EndpointSelector
{
    enum Pass
    {
        Picky,
        Whole,
        Floor,
    }

    /// <returns>Index into the snapshot's endpoints, or -1 if none will do now.</returns>
    /// <param name="snapshot">The cluster as it stands.</param>
    /// <param name="request">What is needed.</param>
    /// <param name="now">Our monotonic time.</param>
    /// <param name="random">64 random bits.</param>
    public static int Select(TopologySnapshot snapshot, in RoutingRequest request, TimeSpan now, ulong random)
    {
        if (request.Floor is { Trail: { } trail } floor)
        {
            return OnTrail(snapshot, request, trail, now) is var same and >= 0 ? same : Select(snapshot, request with { Floor = floor.OffTrail() }, now, random);
        }

        if (request.Near is { Label: { } label } near)
        {
            // Servers with the label first; without one that can, as if nothing had been said.
            var labelled = Select(snapshot, request, now, random, Pass.Picky);
            return labelled >= 0 && label.IsOn(snapshot.Endpoints[labelled].Endpoint) ? labelled : Select(snapshot, request with { Near = near.Unlabelled }, now, random);
        }

        // First without the endpoint that just failed and those of weight 0, then with them, and a read at last in spite of an open circuit.
        var index = Select(snapshot, request, now, random, Pass.Picky);
        if (index < 0)
        {
            index = Select(snapshot, request, now, random, Pass.Whole);
        }

        return index < 0 && request.IsRead ? Select(snapshot, request, now, random, Pass.Floor) : index;
    }

    /// <summary>The server that answered the reads before, where it will do: it alone need not prove that it has come as far.</summary>
    static int OnTrail(TopologySnapshot snapshot, in RoutingRequest request, ReadTrail trail, TimeSpan now)
    {
        for (var i = 0; i < snapshot.Endpoints.Length; i++)
        {
            var endpoint = snapshot.Endpoints[i];
            if (endpoint.Endpoint.Equals(trail.Endpoint))
            {
                var isSame = endpoint.Generation == trail.Generation && !trail.Endpoint.Equals(request.Avoid) && !endpoint.Gauge.IsShunned(now);
                return isSame && (i == snapshot.PrimaryIndex ? request.Preference != ReadPreference.Standby && !EndpointJudge.IsAhead(snapshot, request) : IsEligible(snapshot, endpoint, request, now)) ? i : -1;
            }
        }

        return -1;
    }

    static int Select(TopologySnapshot snapshot, in RoutingRequest request, TimeSpan now, ulong random, Pass pass)
    {
        switch (request.Preference)
        {
            case ReadPreference.Primary:
                return Primary(snapshot, request, now, random, pass);
            case ReadPreference.PreferPrimary:
                return PrimaryUnlessAvoided(snapshot, request, now, random, pass) is var primary and >= 0 ? primary : Choose(snapshot, request, now, random, pass);
            case ReadPreference.PreferStandby:
                return Choose(snapshot, request, now, random, pass) is var standby and >= 0 ? standby : PrimaryUnlessAvoided(snapshot, request, now, random, pass);
            default:
                return Choose(snapshot, request, now, random, pass);
        }
    }

    static int Primary(TopologySnapshot snapshot, in RoutingRequest request, TimeSpan now, ulong random, Pass pass) => request.IsByName
        ? Choose(snapshot, request, now, random, pass, ofPrimary: true)
        : snapshot.Primary is { Status: EndpointStatus.Available } primary && !EndpointJudge.IsAhead(snapshot, request) && (pass == Pass.Floor || !primary.Gauge.IsShunned(now)) ? snapshot.PrimaryIndex : -1;

    static int PrimaryUnlessAvoided(TopologySnapshot snapshot, in RoutingRequest request, TimeSpan now, ulong random, Pass pass) =>
        pass == Pass.Picky && !request.IsByName && request.Avoid is not null && request.Avoid.Equals(snapshot.Primary?.Endpoint) ? -1 : Primary(snapshot, request, now, random, pass);

    static int Choose(TopologySnapshot snapshot, in RoutingRequest request, TimeSpan now, ulong random, Pass pass, bool ofPrimary = false)
    {
        var endpoints = snapshot.Endpoints;
        Span<int> candidates = endpoints.Length <= 128 ? stackalloc int[endpoints.Length] : new int[endpoints.Length];
        var count = 0;
        for (var i = 0; i < endpoints.Length; i++)
        {
            var isEligible = ofPrimary ? EndpointJudge.AsPrimary(snapshot, endpoints[i], request) == RejectionReason.None : IsEligible(snapshot, endpoints[i], request, now);
            if (isEligible && Passes(endpoints[i], request, now, pass))
            {
                candidates[count++] = i;
            }
        }

        if (count > 1 && pass == Pass.Picky && request.Near is { MaxLatencyDifference: { } most })
        {
            count = Nearest(endpoints.AsSpan(), candidates[..count], most.Ticks);
        }

        return count switch
        {
            0 => -1,
            1 => candidates[0],
            _ => BetterOfTwo(endpoints.AsSpan(), candidates[..count], random),
        };
    }

    /// <summary>Moves those within reach of the nearest to the front.</summary>
    static int Nearest(ReadOnlySpan<EndpointSnapshot> endpoints, Span<int> candidates, long most)
    {
        var least = long.MaxValue;
        foreach (var index in candidates)
        {
            least = Math.Min(least, endpoints[index].Gauge.LatencyTicks);
        }

        var count = 0;
        foreach (var index in candidates)
        {
            if (endpoints[index].Gauge.LatencyTicks - least <= most)
            {
                candidates[count++] = index;
            }
        }

        return count;
    }

    static bool Passes(EndpointSnapshot endpoint, in RoutingRequest request, TimeSpan now, Pass pass) => pass switch
    {
        Pass.Picky => !endpoint.Gauge.IsShunned(now) && !IsLastResort(endpoint.Endpoint, request),
        Pass.Whole => !endpoint.Gauge.IsShunned(now),
        _ => true,
    };

    public static bool IsLastResort(Endpoint endpoint, in RoutingRequest request) =>
        endpoint.Weight == 0 || (request.Avoid is not null && endpoint.Equals(request.Avoid)) || (request.Near?.Label is { } label && !label.IsOn(endpoint));

    static bool IsEligible(TopologySnapshot snapshot, EndpointSnapshot endpoint, in RoutingRequest request, TimeSpan now) =>
        EndpointJudge.AsStandby(endpoint, request, now) == RejectionReason.None
        || (request.Preference == ReadPreference.Any && EndpointJudge.AsPrimary(snapshot, endpoint, request) == RejectionReason.None);

    /// <summary>
    /// Two different candidates, drawn by weight. One that has nothing to do is taken at once, so that light load spreads by weight
    /// alone; else the one whose queue, for its weight, is the shorter wait. A server that hangs keeps its queue and loses.
    /// </summary>
    static int BetterOfTwo(ReadOnlySpan<EndpointSnapshot> endpoints, ReadOnlySpan<int> candidates, ulong random)
    {
        var total = 0UL;
        foreach (var index in candidates)
        {
            total += Weight(endpoints[index]);
        }

        var first = Draw(endpoints, candidates, (uint)random * total >> 32, except: -1);
        if (endpoints[first].Gauge.InFlight == 0)
        {
            return first;
        }

        var second = Draw(endpoints, candidates, (random >> 32) * (total - Weight(endpoints[first])) >> 32, except: first);
        return Cost(endpoints[second]) < Cost(endpoints[first]) ? second : first;
    }

    static int Draw(ReadOnlySpan<EndpointSnapshot> endpoints, ReadOnlySpan<int> candidates, ulong point, int except)
    {
        var last = -1;
        foreach (var index in candidates)
        {
            if (index == except)
            {
                continue;
            }

            last = index;
            var weight = Weight(endpoints[index]);
            if (point < weight)
            {
                return index;
            }

            point -= weight;
        }

        return last;
    }

    // Only when every candidate weighs nothing do they get here with 0; then they are equal.
    static ulong Weight(EndpointSnapshot endpoint) => (ulong)Math.Max(1, endpoint.Endpoint.Weight);

    static double Cost(EndpointSnapshot endpoint) =>
        (endpoint.Gauge.InFlight + 1.0) * Math.Max(1, endpoint.Gauge.LatencyTicks) / Weight(endpoint);
}
