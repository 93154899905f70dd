using System.Collections.Immutable;
using System.Net;

namespace ResilientPostgres.Dns.Lookup;

/// <summary>The addresses of a host, by the record they come from, so that one kind can fail without the other.</summary>
sealed record HostAddresses(ImmutableArray<IPAddress> V4, ImmutableArray<IPAddress> V6, bool IsFromSystem = false)
{
    public ImmutableArray<IPAddress> All => V4.AddRange(V6);
}
