using ResilientPostgres.Benchmarks.Failover;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>Changes of primary on a cluster of the harness.</summary>
static class Kills
{
    /// <summary>The primary is killed, whole, and the most advanced standby promoted at once.</summary>
    public static async Task<Change> FailOverAsync(PostgresCluster cluster)
    {
        var kill = new Kill(cluster.Primary, KillScope.AllProcesses);
        var start = kill.Now();
        await cluster.PromoteAsync(await cluster.MostAdvancedStandbyAsync());
        var promoted = TimeProvider.System.GetTimestamp();
        await kill.WaitAsync();
        return new Change(start, promoted);
    }

    /// <summary>The killed one follows the new primary again, and all of them do.</summary>
    public static async Task MendAsync(PostgresCluster cluster, Scenario scenario)
    {
        foreach (var server in cluster.Servers.Where(s => s != cluster.Primary && !s.IsRunning).ToArray())
        {
            await cluster.RejoinAsync(server);
        }

        await Task.WhenAll(cluster.Standbys.Select(s => cluster.WaitUntilStreamingAsync(s)));
        await scenario.WholeAsync();
    }
}
