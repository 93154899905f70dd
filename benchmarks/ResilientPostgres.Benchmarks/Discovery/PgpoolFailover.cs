using ResilientPostgres.Benchmarks.Failover;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>The primary behind a pgpool is killed, and pgpool promotes a standby.</summary>
static class PgpoolFailover
{
    public const string Name = "pgpoolFailover";
    const int Rounds = 3;

    public static Task<ScenarioResult> RunAsync() => ScenarioResult.OfAsync(Rounds, OneAsync);

    static async Task<ScenarioResult> OneAsync()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 300, Standbys = 1 });
        await using var pgpool = await PoolerServers.PgpoolAsync(cluster, new PgpoolOptions { PromotesOnFailover = true, HealthCheckPeriod = TimeSpan.FromSeconds(1) });
        await using var scenario = await Scenario.BeginAsync(Name, cluster.PrimaryConnectionString, PoolerServers.Over(pgpool).Build());
        var standby = cluster.Standbys[0];
        await scenario.RoundAsync(() =>
        {
            var kill = new Kill(cluster.Primary, KillScope.AllProcesses);
            return Task.FromResult(new Change(kill.Now()));
        });
        return await scenario.EndAsync(
            new Npgsql.NpgsqlConnectionStringBuilder(standby.ConnectionString) { Username = "app", Database = "app" }.ConnectionString,
            "SIGKILL of the primary behind one pgpool, whose failover_command promotes the standby; the pause is the whole of it; replication is asynchronous, so writes acknowledged in the last moment may be lost");
    }
}
