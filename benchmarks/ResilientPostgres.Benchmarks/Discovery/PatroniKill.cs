using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>A real Patroni's leader is killed, Patroni and PostgreSQL together, and Patroni promotes another.</summary>
static class PatroniKill
{
    public const string Name = "patroniKill";
    const int Rounds = 10;

    public static async Task<ScenarioResult> RunAsync()
    {
        await using var cluster = await PatroniCluster.StartAsync(new PatroniClusterOptions { Synchronous = true });
        var leader = await cluster.WaitForLeaderAsync();
        var source = new ResilientDataSourceBuilder(cluster.ConnectionString).UsePatroni([.. cluster.Members.Select(static m => m.RestUrl)]).Build();
        await using var scenario = await Scenario.BeginAsync(Name, PatroniServers.ApplicationOf(leader, cluster), source);
        for (var i = 0; i < Rounds; i++)
        {
            PatroniFailover? failover = null;
            await scenario.RoundAsync(
                async () =>
                {
                    // Only a standby that Patroni has taken for the synchronous one may be promoted.
                    await scenario.UntilAsync(() => scenario.Source.Topology.ToString().Contains("sync_standby", StringComparison.Ordinal));
                    failover = await cluster.KillLeaderAsync();
                    return new Change(failover.KilledAt, failover.KilledAt + (long)(failover.Duration.TotalSeconds * TimeProvider.System.TimestampFrequency));
                },
                async () =>
                {
                    await cluster.StartAsync(failover!.Killed);
                    await cluster.WaitForReplicasAsync();
                    await scenario.WholeAsync();
                });
        }

        return await scenario.EndAsync(PatroniServers.ApplicationOf(await cluster.WaitForLeaderAsync(), cluster), "SIGKILL of the leader and its Patroni (ttl 5 s, synchronous_mode); the promotion is Patroni's own, polled");
    }
}
