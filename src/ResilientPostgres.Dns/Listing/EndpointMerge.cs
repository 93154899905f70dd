using System.Collections.Immutable;

namespace ResilientPostgres.Dns.Listing;

/// <summary>One endpoint for each address and port, whatever names lead there. Pure.</summary>
static class EndpointMerge
{
    public static ImmutableArray<ListedEndpoint> Merge(ImmutableArray<Finding> findings, ImmutableArray<ListedEndpoint> before)
    {
        var pods = VirtualAddresses.Pods(findings);
        return [.. VirtualAddresses.WithoutMixed(findings, pods).GroupBy(static f => f.Place).Select(group => Merge([.. group], pods, before))];
    }

    static ListedEndpoint Merge(Finding[] findings, IReadOnlySet<(string, int)>? pods, ImmutableArray<ListedEndpoint> before)
    {
        var named = Named(findings, before);
        var weight = findings.FirstOrDefault(static f => f.Origin == Origin.Service)?.Weight ?? 1;
        var canBecomePrimary = !VirtualAddresses.IsOfStandbys(findings, pods);
        var names = string.Join(", ", findings.Select(static f => f.Name).Distinct(StringComparer.OrdinalIgnoreCase));
        return new ListedEndpoint(new Endpoint(named.Host, named.Port, weight, canBecomePrimary, address: named.Address?.ToString()))
        {
            Role = RoleOf(findings),
            Note = names == named.Host ? null : names,
        };
    }

    /// <summary>It keeps its name, and so its pools, for as long as that leads there; else the first one that does, in the order of <see cref="Origin"/>.</summary>
    static Finding Named(Finding[] findings, ImmutableArray<ListedEndpoint> before) =>
        findings.FirstOrDefault(f => before.Any(b => b.Endpoint.Address == f.Address?.ToString() && b.Endpoint.Port == f.Port && b.Endpoint.Host.Equals(f.Host, StringComparison.OrdinalIgnoreCase)))
        ?? findings[0];

    /// <summary>Names that contradict each other, as they do while DNS is late, say nothing.</summary>
    static EndpointRole RoleOf(Finding[] findings)
    {
        var isPrimary = findings.Any(static f => f.Origin == Origin.Primary);
        var isStandby = findings.Any(static f => f.Origin == Origin.Standby);
        return isPrimary == isStandby ? EndpointRole.Unknown : isPrimary ? EndpointRole.Primary : EndpointRole.Standby;
    }
}
