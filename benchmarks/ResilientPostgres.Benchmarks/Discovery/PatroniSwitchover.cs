using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>A switchover through Patroni.</summary>
static class PatroniSwitchover
{
    public const string Name = "patroniSwitchover";
    const int Rounds = 10;

    public static async Task<ScenarioResult> RunAsync()
    {
        await using var cluster = await PatroniCluster.StartAsync();
        var leader = await cluster.WaitForLeaderAsync();
        var source = new ResilientDataSourceBuilder(cluster.ConnectionString).UsePatroni([.. cluster.Members.Select(static m => m.RestUrl)]).Build();
        await using var scenario = await Scenario.BeginAsync(Name, PatroniServers.ApplicationOf(leader, cluster), source);
        for (var i = 0; i < Rounds; i++)
        {
            await scenario.RoundAsync(
                async () =>
                {
                    var start = TimeProvider.System.GetTimestamp();
                    await cluster.SwitchoverAsync();
                    return new Change(start);
                },
                async () =>
                {
                    await cluster.WaitForReplicasAsync();
                    await scenario.WholeAsync();
                });
        }

        return await scenario.EndAsync(PatroniServers.ApplicationOf(await cluster.WaitForLeaderAsync(), cluster), "a switchover through Patroni's interface; the pause is the whole of it, the old leader's shutdown and Patroni's promotion in it");
    }
}
