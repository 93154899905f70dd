using System.Net;

namespace ResilientPostgres.Dns.Listing;

/// <summary>One address that a name leads to.</summary>
/// <param name="Origin">Why the name was asked for.</param>
/// <param name="Name">The name that was asked for.</param>
/// <param name="Host">What a certificate must show: the name, or the target of a service.</param>
/// <param name="Port">The port.</param>
/// <param name="Address">Null for a host that is listed as it is, because it is no name.</param>
/// <param name="Weight">The share of reads.</param>
sealed record Finding(Origin Origin, string Name, string Host, int Port, IPAddress? Address, int Weight = 1)
{
    /// <summary>Which server it is: the same address and port under several names is one.</summary>
    public (string Address, int Port) Place =>
        (Address?.ToString() ?? (IPAddress.TryParse(Host, out var address) ? address.ToString() : Host), Port);
}
