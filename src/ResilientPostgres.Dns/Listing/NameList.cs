using System.Collections.Immutable;

namespace ResilientPostgres.Dns.Listing;

/// <summary>The names to ask for, in the order in which they name an address.</summary>
sealed class NameList(DnsEndpointOptions options)
{
    public ImmutableArray<string> Services { get; } = [.. options.Services];

    /// <summary>For logs: what is asked.</summary>
    public string Summary { get; } = string.Join(", ", options.Services.Concat(options.Primaries).Concat(options.Standbys).Concat(options.Members)) is { Length: > 0 } names
        ? options.IncludeHosts ? "hosts, " + names : names
        : "hosts";

    public ImmutableArray<(Origin Origin, string Host, int Port)> Hosts(ImmutableArray<Endpoint> seeds)
    {
        var port = seeds.IsDefaultOrEmpty ? 5432 : seeds[0].Port;
        return
        [
            .. Of(Origin.Member, options.Members, port),
            .. options.IncludeHosts ? seeds.Select(static s => (Origin.Host, s.Host, s.Port)) : [],
            .. Of(Origin.Primary, options.Primaries, port),
            .. Of(Origin.Standby, options.Standbys, port),
        ];
    }

    static IEnumerable<(Origin, string, int)> Of(Origin origin, IEnumerable<string> names, int port) =>
        names.Select(HostName.Parse).Select(n => (origin, n!.Host, n.Port ?? port));
}
