namespace ResilientPostgres.Routing;

/// <summary>One endpoint against one request: the single place that says no, for the choice and for its explanation alike.</summary>
static class EndpointJudge
{
    public static RejectionReason AsPrimary(TopologySnapshot snapshot, EndpointSnapshot endpoint)
    {
        if (endpoint.Status != EndpointStatus.Available)
        {
            return RejectionReason.NotAvailable;
        }

        return ReferenceEquals(snapshot.Primary, endpoint) ? RejectionReason.None
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
            : endpoint.Gauge.LagBound(now) > request.MaxLag ? RejectionReason.TooStale
            : RejectionReason.None;
    }
}
