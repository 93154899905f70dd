using System.Collections.Immutable;
using System.Globalization;

namespace ResilientPostgres.Endpoints;

/// <summary>The <c>Host</c> of a connection string, or what is written like it, split as Npgsql splits it: commas between hosts, an own port behind a colon, IPv6 in brackets.</summary>
static class HostList
{
    public static ImmutableArray<Endpoint> Parse(string? hosts, int port, List<string> failures, string key = "ConnectionString: Host")
    {
        var endpoints = ImmutableArray.CreateBuilder<Endpoint>();
        foreach (var entry in (hosts ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (ParseOne(entry, port, failures, key) is { } endpoint)
            {
                endpoints.Add(endpoint);
            }
        }

        return endpoints.ToImmutable();
    }

    /// <summary>Signs that no host has, but a connection string or a URL does. A socket's folder may have any, and one without a folder begins with @.</summary>
    public static bool IsNoHost(string host) => host is not ['/', ..] && Secrecy.MayHoldPassword(host is ['@', ..] ? host[1..] : host);

    static Endpoint? ParseOne(string entry, int port, List<string> failures, string key)
    {
        if (IsNoHost(entry))
        {
            failures.Add($"{key} has {Secrecy.Quote(entry)}, which is no host. Write the servers' names or addresses only, as in pg-a,pg-b:5433.");
            return null;
        }

        // A folder is a Unix-domain socket, and a bare IPv6 address has colons of its own.
        var colon = entry.LastIndexOf(':');
        var hasPort = colon > 0 && entry[0] != '/' && (entry[colon - 1] == ']' || entry.IndexOf(':', StringComparison.Ordinal) == colon);
        var host = (hasPort ? entry[..colon] : entry).Trim('[', ']');
        if (hasPort && !int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            failures.Add($"{key} has '{entry}', whose port is not a number. Write host:port.");
            return null;
        }

        if (port is < 1 or > 65535)
        {
            failures.Add($"{key}: the port of '{host}' is {port}; it must be between 1 and 65535.");
            return null;
        }

        return new Endpoint(host, port);
    }
}
