using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>A PgBouncer is paused and resumed.</summary>
static class PgBouncerPause
{
    public const string Name = "pgbouncerPause";
    const int Rounds = 5;
    static readonly TimeSpan _paused = TimeSpan.FromSeconds(2);

    public static async Task<ScenarioResult> RunAsync()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 200, Standbys = 0 });
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary));
        await using var scenario = await Scenario.BeginAsync(Name, cluster.PrimaryConnectionString, PoolerServers.Over(bouncer).Build());
        for (var i = 0; i < Rounds; i++)
        {
            await scenario.RoundAsync(async () =>
            {
                var start = TimeProvider.System.GetTimestamp();
                await bouncer.PauseAsync();
                await Task.Delay(_paused);
                await bouncer.ResumeAsync();
                return new Change(start, TimeProvider.System.GetTimestamp());
            });
        }

        return await scenario.EndAsync(cluster.PrimaryConnectionString, "PAUSE for 2 s and RESUME; the promotion stands for the pause itself, and the pause is from RESUME to the next acknowledged write");
    }
}
