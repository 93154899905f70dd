using ResilientPostgres.Positions;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Routing;

/// <summary>One endpoint against one request: the single place that says no, for the choice and for its explanation alike.</summary>
static class EndpointJudge
{
    public static RejectionReason AsPrimary(TopologySnapshot snapshot, EndpointSnapshot endpoint, in RoutingRequest request)
    {
        if (IsAhead(snapshot, request))
        {
            return RejectionReason.NotCaughtUp;
        }

        if (endpoint.Status != EndpointStatus.Available)
        {
            return RejectionReason.NotAvailable;
        }

        return ReferenceEquals(snapshot.Primary, endpoint) || (request.IsByName && snapshot.Primary is { } primary && endpoint.IsNameOf(primary)) ? RejectionReason.None
            : endpoint.Role == EndpointRole.Primary ? RejectionReason.NotConfirmed
            : RejectionReason.NotPrimary;
    }

    public static RejectionReason AsStandby(EndpointSnapshot endpoint, in RoutingRequest request, TimeSpan now)
    {
        if (endpoint.Status != EndpointStatus.Available)
        {
            return RejectionReason.NotAvailable;
        }

        return endpoint.Role != EndpointRole.Standby ? RejectionReason.NotStandby
            : endpoint.Gauge.LagBound(now) > request.MaxLag || endpoint.Gauge.IsOverBytes ? RejectionReason.TooStale
            : request.IsLimitDefault && endpoint.Gauge.IsHeldBack ? RejectionReason.TooStale
            : request.Floor is { } floor && !CanShow(endpoint.Gauge, floor, now) ? RejectionReason.NotCaughtUp
            : RejectionReason.None;
    }

    /// <summary>Somebody has written on a timeline that we have not seen yet: until then there is no primary for those who know of it.</summary>
    public static bool IsAhead(TopologySnapshot snapshot, in RoutingRequest request) => request.Floor is { } floor && floor.Timeline > snapshot.Timeline;

    /// <summary>It has what is asked for, or may be asked whether it has.</summary>
    static bool CanShow(EndpointGauge gauge, FreshnessFloor floor, TimeSpan now) =>
        gauge.Missing(floor) is var missing && (missing == 0 || (missing != FreshnessFloor.Never && !gauge.IsBehind(now)));
}
