using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>A cluster with a proxy before each server, and a table in which nothing hides a write that ran twice.</summary>
sealed class Proxied : IAsyncDisposable
{
    readonly Dictionary<PostgresServer, ChaosProxy> _proxies = [];

    Proxied(PostgresCluster cluster) => Cluster = cluster;

    public PostgresCluster Cluster { get; }

    public string ConnectionString { get; private set; } = "";

    public static async Task<Proxied> StartAsync(int standbys, int seed = 1, bool isSynchronous = false)
    {
        var made = new Proxied(await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Standbys = standbys, MaxConnections = 400, SynchronousReplication = isSynchronous }));
        foreach (var server in made.Cluster.Servers)
        {
            made._proxies[server] = await ChaosProxy.StartAsync(server.Host, server.Port, new ChaosProxyOptions { Seed = seed });
        }

        made.ConnectionString = new NpgsqlConnectionStringBuilder(made.Cluster.ConnectionString)
        {
            Host = string.Join(',', made.Cluster.Servers.Select(s => $"{made._proxies[s].Host}:{made._proxies[s].Port}")),
        }.ConnectionString;
        await made.Cluster.ExecuteAsync("CREATE TABLE written (id bigint); CREATE TABLE kept (id bigint PRIMARY KEY); INSERT INTO kept SELECT generate_series(1, 1000)");
        return made;
    }

    public ChaosProxy Before(PostgresServer server) => _proxies[server];

    /// <summary>Writes that are there more than once.</summary>
    public async Task<long> CountDuplicatesAsync()
    {
        await using var source = NpgsqlDataSource.Create(Cluster.PrimaryConnectionString);
        await using var command = source.CreateCommand("SELECT count(*) - count(DISTINCT id) FROM written");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }

        await Cluster.DisposeAsync();
    }
}
