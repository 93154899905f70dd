using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Dns;

/// <summary>Servers on addresses of their own that share a port, and a name server that leads to them.</summary>
sealed class NamedCluster : IAsyncDisposable
{
    internal static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    NamedCluster(PostgresCluster cluster) => Cluster = cluster;

    internal PostgresCluster Cluster { get; }

    internal DnsTestServer Names { get; } = DnsTestServer.Start();

    internal RecordedLog Log { get; } = new();

    internal PostgresServer this[int index] => Cluster.Servers[index];

    internal int Port => Cluster.Primary.Port;

    internal static async Task<NamedCluster> StartAsync(int standbys, Action<PostgresClusterOptions>? configure = null) =>
        new(await RequirePostgres.StartClusterAsync(options =>
        {
            options.Standbys = standbys;
            for (var i = 0; i <= standbys; i++)
            {
                options.Addresses.Add($"127.0.0.{41 + i}");
            }

            configure?.Invoke(options);
        }));

    /// <summary>Promotes one, which then commits alone though commits were synchronous.</summary>
    internal async Task PromoteAloneAsync(PostgresServer standby)
    {
        await Cluster.PromoteAsync(standby);
        await Sql.ExecuteAsync(standby, "ALTER SYSTEM SET synchronous_standby_names = ''");
        await Sql.ExecuteAsync(standby, "SELECT pg_reload_conf()");
    }

    /// <summary>A name leads to these servers, for a second.</summary>
    internal void Lead(string name, params PostgresServer[] servers) => Names.SetAddresses(name, Second, [.. servers.Select(static s => s.Host)]);

    internal ResilientDataSource Open(string host, Action<DnsEndpointOptions>? names = null, Action<ResilientDataSourceBuilder>? configure = null)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(Cluster.ConnectionString) { Host = host, Port = Port };
        return Resilient.Over(connectionString.ConnectionString, Log, builder => Configure(builder, host, names, configure));
    }

    internal Task<ResilientDataSource> OpenReadyAsync(string host, Action<DnsEndpointOptions>? names = null, Action<ResilientDataSourceBuilder>? configure = null) =>
        Open(host, names, configure).ReadyAsync();

    void Configure(ResilientDataSourceBuilder builder, string host, Action<DnsEndpointOptions>? names, Action<ResilientDataSourceBuilder>? configure)
    {
        void OfThisServer(DnsEndpointOptions options)
        {
            options.NameServers.Add(Names.EndPoint.ToString());
            names?.Invoke(options);
        }

        if (host == CloudNativePg)
        {
            builder.UseCloudNativePg("pg", "test", OfThisServer);
        }
        else
        {
            builder.UseDns(OfThisServer);
        }

        configure?.Invoke(builder);
    }

    /// <summary>As a host: follow the three services of CloudNativePG.</summary>
    internal const string CloudNativePg = "pg-rw.test.svc";

    public async ValueTask DisposeAsync()
    {
        await Names.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
