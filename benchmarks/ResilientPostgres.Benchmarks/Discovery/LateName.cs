namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>The name of the primary moves to the new one half a minute late; the new one is known by another name already.</summary>
static class LateName
{
    public const string Name = "dnsLate";
    static readonly TimeSpan _late = TimeSpan.FromSeconds(30);

    public static async Task<ScenarioResult> RunAsync()
    {
        await using var servers = await NamedServers.StartAsync(standbys: 1, net: 6);
        var (first, second) = (servers.Cluster.Servers[0], servers.Cluster.Servers[1]);
        var second1 = TimeSpan.FromSeconds(1);
        servers.Lead(5 * second1, first);
        servers.Names.SetAddresses("readers.test", 5 * second1, second.Host);
        await using var scenario = await Scenario.BeginAsync(
            Name, servers.Cluster.PrimaryConnectionString, servers.Open(static o => o.Standbys.Add("readers.test")));
        var wrote = 0;
        await scenario.RoundAsync(async () =>
        {
            var change = await servers.FailOverAloneAsync();
            _ = Task.Run(async () =>
            {
                await Task.Delay(_late);
                wrote = scenario.Load.Acknowledged.Count;
                servers.Lead(5 * second1, second);
                servers.Names.SetAddresses("readers.test", 5 * second1, first.Host);
            });
            return change;
        });
        var before = scenario.Load.Acknowledged.Count;
        await Task.Delay(_late + 2 * second1);
        return await scenario.EndAsync(
            servers.Cluster.PrimaryConnectionString, $"the name follows 30 s after the promotion; {wrote - before} writes were acknowledged by the new primary before it did");
    }
}
