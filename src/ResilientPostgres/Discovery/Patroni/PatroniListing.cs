using System.Collections.Frozen;

namespace ResilientPostgres.Discovery;

/// <summary>What is listed by an answer. Pure.</summary>
static class PatroniListing
{
    /// <summary>So long before a planned switchover it is asked every second, and after it for clocks that differ, or until the plan is gone.</summary>
    static readonly TimeSpan _before = TimeSpan.FromSeconds(5);
    static readonly TimeSpan _after = TimeSpan.FromSeconds(30);
    static readonly TimeSpan _close = TimeSpan.FromSeconds(1);

    /// <summary>Patroni's own tags; any other is the user's, and a label as it is.</summary>
    static readonly FrozenSet<string> _own = FrozenSet.Create(
        "clonefrom", "failover_priority", "nofailover", "noloadbalance", "nostream", "nosync", "replicatefrom", "sync_priority");

    public static EndpointListing Of(PatroniAnswer answer, string from, DateTimeOffset now, TimeSpan interval)
    {
        // Two members of one address are a mistake, and one of them is not there; the leader must be.
        var listed = answer.Members.Where(static m => m.Host is not null).OrderByDescending(static m => m.IsLeader).Select(List).DistinctBy(static l => l.Endpoint);
        var order = answer.Members.Select(static m => m.Name).ToList();
        return new EndpointListing([.. listed.OrderBy(l => order.IndexOf(l.Endpoint.Labels["patroni.name"]))])
        {
            ValidFor = ValidFor(answer.Switchover, now, interval),
            Note = Note(answer, from),
        };
    }

    static ListedEndpoint List(PatroniMember member)
    {
        var labels = new Dictionary<string, string> { ["patroni.name"] = member.Name };
        foreach (var (name, value) in member.Tags)
        {
            labels[_own.Contains(name) ? "patroni." + name : name] = value;
        }

        // Who leads has become primary, whatever its tags say.
        var endpoint = new Endpoint(member.Host!, member.Port, member.HasTag("noloadbalance") ? 0 : 1, member.IsLeader || !member.IsNeverPromoted, labels.ToFrozenDictionary());
        return new ListedEndpoint(endpoint) { Role = member.ListedRole, Note = member.ToString() };
    }

    static TimeSpan ValidFor(PatroniSwitchover? planned, DateTimeOffset now, TimeSpan interval)
    {
        if (planned is null || now - planned.At > _after)
        {
            return interval;
        }

        var calm = planned.At - now - _before;
        return calm < _close ? _close : calm < interval ? calm : interval;
    }

    static string Note(PatroniAnswer answer, string from)
    {
        var parts = new List<string> { $"answered by {from}" };
        parts.AddRange(answer.Leader is null ? ["no leader"] : []);
        parts.AddRange(answer.IsPaused ? ["paused (maintenance mode: nobody is promoted)"] : []);
        parts.AddRange(answer.Switchover is { } planned ? [planned.ToString()] : []);
        parts.AddRange(answer.Members.Where(static m => m.Host is null).Select(static m => $"{m.Name} has no address ({m.State})"));
        return string.Join("; ", parts);
    }
}
