using System.Collections.Immutable;
using ResilientPostgres.Routing;

namespace ResilientPostgres;

/// <summary>Where a call goes, and why each other endpoint was not chosen.</summary>
public sealed class RoutingDecision
{
    RoutingDecision(TopologySnapshot snapshot, ReadPreference preference, EndpointSnapshot? chosen, ImmutableArray<EndpointRejection> rejections)
    {
        Snapshot = snapshot;
        Preference = preference;
        Chosen = chosen;
        Rejections = rejections;
    }

    /// <summary>The cluster it was decided on.</summary>
    public TopologySnapshot Snapshot { get; }

    /// <summary>What was asked for.</summary>
    public ReadPreference Preference { get; }

    /// <summary>The endpoint chosen, or <see langword="null"/> if none would do.</summary>
    public EndpointSnapshot? Chosen { get; }

    /// <summary>The endpoints not chosen; <see cref="RejectionReason.None"/> for one that lost by load.</summary>
    public ImmutableArray<EndpointRejection> Rejections { get; }

    internal static RoutingDecision Explain(TopologySnapshot snapshot, in RoutingRequest request, TimeSpan now, int chosen)
    {
        var rejections = ImmutableArray.CreateBuilder<EndpointRejection>();
        for (var i = 0; i < snapshot.Endpoints.Length; i++)
        {
            if (i != chosen)
            {
                rejections.Add(Judge(snapshot, snapshot.Endpoints[i], request, now, chosen < 0 ? null : snapshot.Endpoints[chosen]));
            }
        }

        return new RoutingDecision(snapshot, request.Preference, chosen < 0 ? null : snapshot.Endpoints[chosen], rejections.ToImmutable());
    }

    static EndpointRejection Judge(TopologySnapshot snapshot, EndpointSnapshot endpoint, in RoutingRequest request, TimeSpan now, EndpointSnapshot? chosen)
    {
        var asPrimary = EndpointJudge.AsPrimary(snapshot, endpoint, request);
        var asStandby = EndpointJudge.AsStandby(endpoint, OffTrail(request, endpoint), now);
        var reason = request.Preference switch
        {
            ReadPreference.Primary => asPrimary,
            ReadPreference.Standby => asStandby,
            _ when asPrimary == RejectionReason.None || asStandby == RejectionReason.None => RejectionReason.None,
            _ => asStandby == RejectionReason.NotStandby ? asPrimary : asStandby,
        };

        if (reason == RejectionReason.None && endpoint.Gauge.IsShunned(now) && chosen?.Gauge.IsShunned(now) != true)
        {
            reason = RejectionReason.CircuitOpen;
        }

        // Where the chosen one is a last resort itself, that is no reason against the others: they lost by load.
        if (reason == RejectionReason.None && chosen is not null && !chosen.Gauge.IsShunned(now) && !EndpointSelector.IsLastResort(chosen.Endpoint, request))
        {
            reason = endpoint.Endpoint.Equals(request.Avoid) ? RejectionReason.JustFailed
                : endpoint.Endpoint.Weight == 0 ? RejectionReason.ZeroWeight
                : request.Near?.Label is { } label && !label.IsOn(endpoint.Endpoint) ? RejectionReason.OtherLabel
                : RejectionReason.None;
        }

        if (reason == RejectionReason.None && chosen is { Role: EndpointRole.Standby } && request.Near?.MaxLatencyDifference is { } most && endpoint.Latency - chosen.Latency > most)
        {
            reason = RejectionReason.TooFar;
        }

        var lag = endpoint.Gauge.LagBound(now);
        return new EndpointRejection(endpoint, reason, lag == TimeSpan.MaxValue ? null : lag);
    }

    /// <summary>Only the server that answered the reads before need not prove that it has come as far.</summary>
    static RoutingRequest OffTrail(in RoutingRequest request, EndpointSnapshot endpoint) =>
        request.Floor is { Trail: { } trail } floor && !trail.Endpoint.Equals(endpoint.Endpoint) ? request with { Floor = floor.OffTrail() } : request;

    /// <summary>One sentence for people.</summary>
    /// <returns>What was asked, what was chosen, and the reasons.</returns>
    public override string ToString() =>
        $"{Preference} -> {Chosen?.Endpoint.Name ?? "none"} (cluster: {Snapshot.Status})" + (Rejections.IsEmpty ? "" : $"; not {string.Join("; ", Rejections)}");
}
