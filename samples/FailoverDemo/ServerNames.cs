using ResilientPostgres;
using ResilientPostgres.Testing;

namespace FailoverDemo;

/// <summary>The servers by the ports they are reached at.</summary>
sealed class ServerNames(PostgresCluster cluster)
{
    readonly Dictionary<int, int> _byPort = cluster.Servers.Select((server, index) => (server.Port, index)).ToDictionary();

    public IReadOnlyList<string> All { get; } = [.. cluster.Servers.Select(static server => server.Name)];

    public int IndexOf(int port) => _byPort[port];

    public string Of(Endpoint endpoint) => All[IndexOf(endpoint.Port)];

    /// <summary>The library says host and port; people tell servers apart by name.</summary>
    public string Rename(string text)
    {
        foreach (var server in cluster.Servers)
        {
            text = text.Replace($"{server.Host}:{server.Port}", server.Name, StringComparison.Ordinal);
        }

        return text;
    }
}
