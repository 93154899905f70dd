using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>A proxy before each server, for one client alone: what is cut there is cut for it only.</summary>
sealed class BlogProxies : IAsyncDisposable
{
    static readonly TimeSpan _onTheWay = TimeSpan.FromMilliseconds(40);

    readonly PostgresCluster _cluster;
    readonly Dictionary<PostgresServer, ChaosProxy> _proxies = [];

    BlogProxies(PostgresCluster cluster) => _cluster = cluster;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_cluster.ConnectionString)
    {
        Host = string.Join(',', _cluster.Servers.Select(s => $"{_proxies[s].Host}:{_proxies[s].Port}")),
    }.ConnectionString;

    public static async Task<BlogProxies> StartAsync(PostgresCluster cluster)
    {
        var started = new BlogProxies(cluster);
        foreach (var server in cluster.Servers)
        {
            started._proxies[server] = await ChaosProxy.StartAsync(server.Host, server.Port);
        }

        return started;
    }

    /// <summary>What is sent from now on reaches the primary; its answers do not come back, and then the connections are gone.</summary>
    public void LoseAnswers()
    {
        var proxy = _proxies[_cluster.Primary];
        proxy.Freeze(ProxyDirection.ToClient);
        _ = CutAsync(proxy);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }
    }

    static async Task CutAsync(ChaosProxy proxy)
    {
        await Task.Delay(_onTheWay);
        proxy.ResetAll();
        proxy.Thaw();
    }
}
