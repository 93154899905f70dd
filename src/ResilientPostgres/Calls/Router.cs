using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Calls;

/// <summary>Applies the mode to a request and chooses from the current snapshot: the part every call passes.</summary>
sealed class Router(Cluster cluster)
{
    /// <summary>The pool to use now, or null if none will do. No lock, no allocation.</summary>
    public ISessionPool? TryChoose(in RoutingRequest asked)
    {
        while (true)
        {
            var snapshot = cluster.Store.Current;
            var index = Select(snapshot, asked);
            if (index < 0)
            {
                return null;
            }

            var endpoint = snapshot.Endpoints[index];
            if (!endpoint.Gauge.IsCircuitOpen || MayTry(endpoint.Gauge))
            {
                return cluster.Ports.Pools.For(endpoint);
            }
        }
    }

    public RoutingRequest Request(ReadPreference? preference, bool isRead) =>
        new(preference ?? cluster.Settings.ReadPreference, cluster.Settings.MaxReplicationLag, IsRead: isRead, Near: isRead ? cluster.Settings.Affinity : null);

    public RoutingDecision Explain(in RoutingRequest asked)
    {
        var snapshot = cluster.Store.Current;
        var request = ByMode(ByName(asked));
        var now = cluster.Clock.Now;
        return RoutingDecision.Explain(snapshot, request, now, EndpointSelector.Select(snapshot, request, now, cluster.Random.Next()));
    }

    /// <summary>
    /// An endpoint whose circuit is open was chosen either because nothing else is left to read from, or because its time is over;
    /// then it is for one call to try it, and the others choose again.
    /// </summary>
    bool MayTry(EndpointGauge gauge)
    {
        var now = cluster.Clock.Now;
        return gauge.IsShunned(now) || gauge.TryClaimTrial(now, cluster.Settings.CircuitBreaker.BreakDuration);
    }

    int Select(TopologySnapshot snapshot, in RoutingRequest asked)
    {
        if (cluster.Settings.Pooler.IsAny)
        {
            return SelectByName(snapshot, asked);
        }

        if (asked.Preference == ReadPreference.Primary)
        {
            // No clock for the usual case.
            var isOpen = snapshot.Primary is { Gauge.IsCircuitOpen: true };
            return EndpointSelector.Select(snapshot, asked, isOpen ? cluster.Clock.Now : default, 0);
        }

        var now = cluster.Clock.Now;
        var random = cluster.Random.Next();
        if (cluster.Settings.Mode == RoutingMode.Observe)
        {
            Observe(snapshot, asked, now, random);
        }

        return EndpointSelector.Select(snapshot, ByMode(asked), now, random);
    }

    /// <summary>Behind poolers the primary is a choice too.</summary>
    int SelectByName(TopologySnapshot snapshot, in RoutingRequest asked)
    {
        var (request, now, random) = (ByName(asked), cluster.Clock.Now, cluster.Random.Next());
        if (cluster.Settings.Mode == RoutingMode.Observe && request.Preference != ReadPreference.Primary)
        {
            Observe(snapshot, request, now, random);
        }

        return EndpointSelector.Select(snapshot, ByMode(request), now, random);
    }

    RoutingRequest ByName(in RoutingRequest asked) => cluster.Settings.Pooler.IsAny ? asked with { IsByName = true } : asked;

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
