namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>One name for one server, as of an RDS Multi-AZ instance: another server takes over at an address that nobody has seen, and the old one comes back read-only.</summary>
static class SingleName
{
    public const string Name = "rdsSingleName";
    const int Times = 5;
    static readonly TimeSpan _late = TimeSpan.FromSeconds(2);

    public static Task<ScenarioResult> RunAsync() => ScenarioResult.OfAsync(Times, OneAsync);

    static async Task<ScenarioResult> OneAsync()
    {
        await using var servers = await NamedServers.StartAsync(standbys: 1, net: 7);
        servers.Lead(TimeSpan.FromSeconds(60), servers.Cluster.Primary);
        await using var scenario = await Scenario.BeginAsync(Name, servers.Cluster.PrimaryConnectionString, servers.Open());
        var old = servers.Cluster.Primary;
        await scenario.RoundAsync(
            async () =>
            {
                var start = (await servers.FailOverAloneAsync()).Start;
                await Task.Delay(_late);
                servers.Lead(TimeSpan.FromSeconds(60), servers.Cluster.Primary);
                return new Change(start, TimeProvider.System.GetTimestamp());
            },
            async () =>
            {
                await servers.Cluster.RejoinAsync(old);
                await servers.Cluster.WaitUntilStreamingAsync(old);
                await Task.Delay(_late);
            });
        return await scenario.EndAsync(
            servers.Cluster.PrimaryConnectionString,
            "modelled, not run on AWS: the name moves 2 s after the promotion (time to live 60 s) to an address never seen before; the promotion is counted up to there, the pause from there; the old server comes back as a standby, read-only, and stays the drained address that it is");
    }
}
