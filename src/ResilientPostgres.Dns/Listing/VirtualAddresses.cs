namespace ResilientPostgres.Dns.Listing;

/// <summary>
/// Kubernetes' services mostly have one virtual address each, behind which every connection may reach another server. The name that leads to all servers tells: where it shares
/// its addresses with the other names, they are those of servers. Pure.
/// </summary>
static class VirtualAddresses
{
    /// <summary>The places of servers, if the names that lead to all were asked; empty if those are virtual themselves. Null without such names.</summary>
    public static IReadOnlySet<(string, int)>? Pods(IEnumerable<Finding> findings)
    {
        var members = findings.Where(static f => f.Origin == Origin.Member).Select(static f => f.Place).ToHashSet();
        var others = findings.Where(static f => f.Origin is Origin.Primary or Origin.Standby).Select(static f => f.Place).ToHashSet();
        return members.Count == 0 ? null : others.Count == 0 || members.Overlaps(others) ? members : new HashSet<(string, int)>();
    }

    /// <summary>An address behind which the primary and standbys take turns is of no use beside the others.</summary>
    public static IEnumerable<Finding> WithoutMixed(IEnumerable<Finding> findings, IReadOnlySet<(string, int)>? pods) =>
        pods is { Count: 0 } ? findings.Where(static f => f.Origin != Origin.Member) : findings;

    /// <summary>Behind it stand standbys in turn: one of them promoted does not make it an address to write to.</summary>
    public static bool IsOfStandbys(Finding[] findings, IReadOnlySet<(string, int)>? pods) =>
        pods is not null && findings.All(static f => f.Origin == Origin.Standby) && !pods.Contains(findings[0].Place);
}
