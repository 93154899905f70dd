using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>One of two pgpools is killed.</summary>
static class PgpoolKill
{
    public const string Name = "pgpoolKill";
    const int Rounds = 10;

    public static async Task<ScenarioResult> RunAsync()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 300 });
        var options = new PgpoolOptions { BalancesStatements = true };
        await using var first = await PoolerServers.PgpoolAsync(cluster, options);
        await using var second = await PoolerServers.PgpoolAsync(cluster, options);
        await using var scenario = await Scenario.BeginAsync(Name, cluster.PrimaryConnectionString, PoolerServers.Over(first, second).Build());
        for (var i = 0; i < Rounds; i++)
        {
            var victim = i % 2 == 0 ? first : second;
            await scenario.RoundAsync(
                async () =>
                {
                    var start = TimeProvider.System.GetTimestamp();
                    await victim.KillAsync();
                    return new Change(start);
                },
                async () =>
                {
                    await victim.StartAsync();
                    await scenario.WholeAsync();
                });
        }

        return await scenario.EndAsync(cluster.PrimaryConnectionString, "SIGKILL of one of two pgpools, in turn, without a balancer before them");
    }
}
