using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>A standby is added to what a provider lists, and another one taken out.</summary>
static class JoinAndLeave
{
    public const string Name = "joinAndLeave";
    const int Rounds = 5;

    public static async Task<ScenarioResult> RunAsync()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 200 });
        var all = cluster.Servers.Select(ListedByHand.Of).ToArray();
        var provider = new ListedByHand(all[0], all[1]);
        var builder = new ResilientDataSourceBuilder(cluster.ConnectionString).AddEndpointProvider(provider);
        builder.Options.Monitoring.DiscoveryMemory = TimeSpan.FromSeconds(2);
        await using var scenario = await Scenario.BeginAsync(Name, cluster.PrimaryConnectionString, builder.Build());
        for (var i = 0; i < Rounds; i++)
        {
            await scenario.RoundAsync(() => ListAsync(scenario, provider, all[0], all[1], all[2]));
            await scenario.RoundAsync(() => ListAsync(scenario, provider, all[0], all[i % 2 == 0 ? 2 : 1]));
        }

        return await scenario.EndAsync(cluster.PrimaryConnectionString, "a standby joins and another one leaves, five times; the pause is the longest while between two writes, as it is without any change");
    }

    static async Task<Change> ListAsync(Scenario scenario, ListedByHand provider, params Endpoint[] listed)
    {
        var start = TimeProvider.System.GetTimestamp();
        provider.Listed = [.. listed];
        await scenario.UntilAsync(() =>
        {
            var seen = scenario.Source.Topology.Current.Endpoints;
            return seen.Length == listed.Length && seen.All(static e => e.Status == EndpointStatus.Available);
        });
        return new Change(start);
    }
}
