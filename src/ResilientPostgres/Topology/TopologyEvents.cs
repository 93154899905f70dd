using System.Collections.Immutable;

namespace ResilientPostgres.Topology;

/// <summary>Says what differs between two states, for logs and watchers.</summary>
static class TopologyEvents
{
    public static ImmutableArray<TopologyEvent> Between(TopologyState before, TopologyState after)
    {
        if (ReferenceEquals(before.Snapshot, after.Snapshot))
        {
            return [];
        }

        var events = ImmutableArray.CreateBuilder<TopologyEvent>();
        void Add(TopologyEventKind kind, Endpoint? endpoint, string message) =>
            events.Add(new TopologyEvent(kind, endpoint, message, after.Snapshot));

        OfCluster(before, after, Add);
        OfEndpoints(before.Snapshot, after.Snapshot, Add);
        return events.ToImmutable();
    }

    static void OfCluster(TopologyState before, TopologyState after, Action<TopologyEventKind, Endpoint?, string> add)
    {
        var (old, now) = (before.Snapshot, after.Snapshot);
        if (old.SystemIdentifier is { } was && now.SystemIdentifier is { } isNow && was != isNow)
        {
            add(TopologyEventKind.ClusterReplaced, null, $"Cluster {was} was replaced by {isNow}; everything remembered of the old one is void");
        }

        if (now.Status == ClusterStatus.SplitBrain && old.Status != ClusterStatus.SplitBrain)
        {
            var writers = now.Endpoints.Where(static e => e is { Role: EndpointRole.Primary, IsReadOnly: false }).Select(static e => $"{e.Endpoint.Name} (timeline {e.Timeline})");
            add(TopologyEventKind.SplitBrain, null, $"Split brain: {string.Join(" and ", writers)} both accept writes; writes go to {now.Primary?.Endpoint.Name ?? "neither"}");
        }
        else if (old.Status == ClusterStatus.SplitBrain && now.Status != ClusterStatus.SplitBrain)
        {
            add(TopologyEventKind.SplitBrainEnded, null, $"The split brain has ended; writes go to {now.Primary?.Endpoint.Name ?? "nobody yet"}");
        }

        OfPrimary(before, after, add);
    }

    static void OfPrimary(TopologyState before, TopologyState after, Action<TopologyEventKind, Endpoint?, string> add)
    {
        var (old, now) = (before.Snapshot, after.Snapshot);
        if (now.Primary is null)
        {
            if (old.Primary is { } lost)
            {
                var state = now.Endpoints.FirstOrDefault(e => e.Endpoint.Equals(lost.Endpoint));
                var others = now.Endpoints.Where(e => e is { Role: EndpointRole.Primary, IsReadOnly: false, Status: EndpointStatus.Detached } && e != state).Select(static e => e.ToString());
                var beside = state is { Status: EndpointStatus.Available, IsReadOnly: false } ? $", but so does {string.Join(" and ", others)}" : "";
                add(TopologyEventKind.PrimaryLost, lost.Endpoint, $"No primary: {state?.ToString() ?? lost.Endpoint.Name + " was removed"}{(beside.Length > 0 ? " accepts writes" + beside : "")}; writes wait");
            }
            else if (old.Status == ClusterStatus.Unknown && now.Status == ClusterStatus.NoPrimary)
            {
                // There never was one to be lost: nobody would hear of it else, whatever is wrong.
                add(TopologyEventKind.PrimaryLost, null, $"No primary has been found: {string.Join("; ", now.Endpoints)}; writes wait");
            }

            return;
        }

        var primary = now.Primary.Endpoint;
        if (IsRestart(before, after, primary))
        {
            add(TopologyEventKind.PrimaryConfirmed, primary, $"Primary {primary.Name} has restarted; writes go on");
            return;
        }

        if (before.Memory is not { } memory || !memory.Facts.IsSameServerAs(after.Memory!.Facts) || old.Timeline != now.Timeline)
        {
            var was = before.Memory is { } m ? $", was {m.Endpoint.Name} (timeline {old.Timeline})" : "";
            add(TopologyEventKind.PrimaryChanged, primary, $"Primary is {primary.Name} (timeline {now.Timeline}){was}");
        }
        else if (old.Primary is null)
        {
            add(TopologyEventKind.PrimaryConfirmed, primary, $"Primary {primary.Name} is all right; writes go on");
        }
    }

    /// <summary>The same place, cluster and timeline, but another start of the server.</summary>
    static bool IsRestart(TopologyState before, TopologyState after, Endpoint primary) =>
        before.Memory is { } last
        && last.Endpoint.Equals(primary)
        && before.HighestTimeline == after.HighestTimeline
        && before.SystemIdentifier == after.SystemIdentifier
        && !last.Facts.IsSameServerAs(after.Memory!.Facts);

    static void OfEndpoints(TopologySnapshot old, TopologySnapshot now, Action<TopologyEventKind, Endpoint?, string> add)
    {
        foreach (var endpoint in now.Endpoints)
        {
            var was = old.Endpoints.FirstOrDefault(e => e.Endpoint.Equals(endpoint.Endpoint));
            if (was is null)
            {
                add(TopologyEventKind.EndpointAdded, endpoint.Endpoint, $"{endpoint.Endpoint.Name} joined");
            }
            else if (was.Status != endpoint.Status)
            {
                add(TopologyEventKind.EndpointStatusChanged, endpoint.Endpoint, $"{endpoint}, was {was.Status}");
            }
            else if (was.Role != endpoint.Role)
            {
                add(TopologyEventKind.EndpointRoleChanged, endpoint.Endpoint, $"{endpoint}, was {was.Role}");
            }
        }

        foreach (var gone in old.Endpoints.Where(o => !now.Endpoints.Any(n => n.Endpoint.Equals(o.Endpoint))))
        {
            add(TopologyEventKind.EndpointRemoved, gone.Endpoint, $"{gone.Endpoint.Name} left");
        }
    }
}
