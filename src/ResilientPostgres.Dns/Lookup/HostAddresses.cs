using System.Collections.Immutable;
using System.Net;

namespace ResilientPostgres.Dns.Lookup;

/// <summary>The addresses of a host, by the record they come from, so that one kind can fail without the other.</summary>
/// <param name="V4">Of A records.</param>
/// <param name="V6">Of AAAA records.</param>
/// <param name="FullName">The name that DNS knows it by; null where they come from the system.</param>
sealed record HostAddresses(ImmutableArray<IPAddress> V4, ImmutableArray<IPAddress> V6, string? FullName)
{
    public ImmutableArray<IPAddress> All => V4.AddRange(V6);
}
