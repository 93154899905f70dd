using Npgsql;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>Poolers before a cluster.</summary>
static class PoolerServers
{
    public static Task<PgpoolServer> PgpoolAsync(PostgresCluster cluster, PgpoolOptions options) => PgpoolServer.StartAsync([.. cluster.Servers.Select(Backend.Of)], options);

    public static ResilientDataSourceBuilder Over(params PgpoolServer[] pgpools) =>
        new ResilientDataSourceBuilder(Hosts(pgpools[0].ConnectionString, pgpools.Select(static p => p.Port))).UsePgpool();

    public static ResilientDataSourceBuilder Over(PgBouncerServer bouncer) =>
        new ResilientDataSourceBuilder(new NpgsqlConnectionStringBuilder(bouncer.ConnectionStringOf()) { NoResetOnClose = false, MaxPoolSize = 15 }.ConnectionString).UsePgBouncer();

    static string Hosts(string connectionString, IEnumerable<int> ports)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 15 };
        settings.Host = string.Join(',', ports.Select(p => $"{PostgresServer.Loopback}:{p}"));
        return settings.ConnectionString;
    }
}
