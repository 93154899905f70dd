using ResilientPostgres.Routing;

namespace ResilientPostgres.Client;

/// <summary>Applies the mode to a request and chooses from the current snapshot: the part every call passes.</summary>
sealed class Router(Cluster cluster)
{
    /// <summary>The pool to use now, or null if none will do. No lock, no allocation.</summary>
    public ISessionPool? TryChoose(in RoutingRequest asked)
    {
        var snapshot = cluster.Store.Current;
        var index = Select(snapshot, asked);
        return index < 0 ? null : cluster.Ports.Pools.For(snapshot.Endpoints[index]);
    }

    public RoutingRequest Request(ReadPreference? preference) =>
        new(preference ?? cluster.Settings.ReadPreference, cluster.Settings.MaxReplicationLag);

    public RoutingDecision Explain(in RoutingRequest asked)
    {
        var snapshot = cluster.Store.Current;
        var request = ByMode(asked);
        var now = cluster.Clock.Now;
        return RoutingDecision.Explain(snapshot, request, now, EndpointSelector.Select(snapshot, request, now, cluster.Random.Next()));
    }

    int Select(TopologySnapshot snapshot, in RoutingRequest asked)
    {
        if (asked.Preference == ReadPreference.Primary)
        {
            return EndpointSelector.Select(snapshot, asked, default, 0);
        }

        var now = cluster.Clock.Now;
        var random = cluster.Random.Next();
        if (cluster.Settings.Mode == RoutingMode.Observe)
        {
            Observe(snapshot, asked, now, random);
        }

        return EndpointSelector.Select(snapshot, ByMode(asked), now, random);
    }

    RoutingRequest ByMode(in RoutingRequest asked) =>
        cluster.Settings.Mode == RoutingMode.Full ? asked : asked with { Preference = ReadPreference.Primary };

    void Observe(TopologySnapshot snapshot, in RoutingRequest asked, TimeSpan now, ulong random)
    {
        var index = EndpointSelector.Select(snapshot, asked, now, random);
        if (index >= 0 && snapshot.Endpoints[index] is { Role: EndpointRole.Standby } standby)
        {
            cluster.Metrics.Movable(standby, standby.Gauge.LagBound(now));
        }
    }
}
