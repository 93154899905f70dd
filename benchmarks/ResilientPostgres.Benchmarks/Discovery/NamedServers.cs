using Npgsql;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>Servers on addresses of their own that share a port, and a real name server that leads to them.</summary>
sealed class NamedServers : IAsyncDisposable
{
    public const string Host = "db.test";

    NamedServers(PostgresCluster cluster) => Cluster = cluster;

    public PostgresCluster Cluster { get; }

    public DnsTestServer Names { get; } = DnsTestServer.Start();

    public static async Task<NamedServers> StartAsync(int standbys, int net)
    {
        var options = new PostgresClusterOptions { MaxConnections = 200, Standbys = standbys, SynchronousReplication = true };
        for (var i = 0; i <= standbys; i++)
        {
            options.Addresses.Add($"127.0.{net}.{i + 1}");
        }

        return new NamedServers(await PostgresCluster.StartAsync(options));
    }

    /// <summary>The name leads to these from now on.</summary>
    public void Lead(TimeSpan timeToLive, params PostgresServer[] servers) => Names.SetAddresses(Host, timeToLive, [.. servers.Select(static s => s.Host)]);

    public ResilientDataSource Open(Action<DnsEndpointOptions>? configure = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(Cluster.ConnectionString) { Host = Host, Port = Cluster.Primary.Port };
        return new ResilientDataSourceBuilder(settings.ConnectionString)
            .UseDns(o =>
            {
                o.NameServers.Add(Names.EndPoint.ToString());
                configure?.Invoke(o);
            })
            .Build();
    }

    /// <summary>Promotes one, which then commits alone though commits were synchronous.</summary>
    public async Task<Change> FailOverAloneAsync()
    {
        var kill = new Failover.Kill(Cluster.Primary, KillScope.AllProcesses);
        var start = kill.Now();
        var next = await Cluster.MostAdvancedStandbyAsync();
        await Cluster.PromoteAsync(next);
        await using (var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(next.ConnectionString) { Pooling = false }))
        {
            await using var alone = source.CreateCommand("ALTER SYSTEM SET synchronous_standby_names = ''");
            await alone.ExecuteNonQueryAsync();
            await using var reload = source.CreateCommand("SELECT pg_reload_conf()");
            await reload.ExecuteNonQueryAsync();
        }

        var promoted = TimeProvider.System.GetTimestamp();
        await kill.WaitAsync();
        return new Change(start, promoted);
    }

    public async ValueTask DisposeAsync()
    {
        await Names.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
