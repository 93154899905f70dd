using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;
using static ResilientPostgres.Benchmarks.Reporting.Report;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>How long writes pause when the primary is killed or switched, and what is lost, doubled or failed.</summary>
static class FailoverRun
{
    static readonly int _rounds = int.TryParse(Environment.GetEnvironmentVariable("BENCHMARK_ROUNDS"), out var r) ? r : 20;
    static readonly TimeSpan _limit = TimeSpan.FromSeconds(160);

    public static async Task RunAsync(Report report)
    {
        var summary = new Summary(report);
        await using (var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 400 }))
        {
            await summary.BeginAsync(cluster);
            await cluster.ExecuteAsync(Statements.Schema);
            await using var ours = new ResilientClient(cluster.ConnectionString);
            await using var npgsql = new NpgsqlClient(cluster.ConnectionString);
            await using var loads = new Loads(new Load(ours, 1).Start(), new Load(npgsql, 1001).Start());
            var arm = new Arm(cluster, ours, loads.All, new Sightings(ours.Source));
            summary.Kills(loads.All, await arm.RunAsync("kill", _rounds, _limit, () => KillAsync(cluster, KillScope.Postmaster)));
            summary.Switchovers(loads.All, await arm.RunAsync("switchover", _rounds, _limit, () => SwitchAsync(cluster)));
            summary.Errors(loads.All);
        }

        await using (var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 400, SynchronousReplication = true }))
        {
            await cluster.ExecuteAsync(Statements.Schema);
            await using var ours = new ResilientClient(cluster.ConnectionString);
            await using var loads = new Loads(new Load(ours, 1).Start(onceWriters: 2));
            var arm = new Arm(cluster, ours, loads.All, new Sightings(ours.Source));

            // All processes at once, as when the host goes: what a primary that is not fenced acknowledges beside the new one is lost, whoever asks.
            var rounds = await arm.RunAsync("kill, synchronous", _rounds, _limit, () => KillAsync(cluster, KillScope.AllProcesses));
            await loads.DisposeAsync();
            summary.SynchronousKills(loads.All, rounds, await loads.All[0].Ledger.CompareAsync(cluster.PrimaryConnectionString));
            summary.Errors(loads.All);
        }

        summary.Waiters(await WaitersRun.InChildAsync());
        summary.Finish();
    }

    static async Task<Change> KillAsync(PostgresCluster cluster, KillScope scope)
    {
        var kill = new Kill(cluster.Primary, scope);
        var start = kill.Now();
        var promotion = await cluster.PromoteAsync(await cluster.MostAdvancedStandbyAsync());
        var promoted = TimeProvider.System.GetElapsedTime(start);
        await kill.WaitAsync();
        return new Change(start, promotion, promoted);
    }

    static async Task<Change> SwitchAsync(PostgresCluster cluster)
    {
        var start = TimeProvider.System.GetTimestamp();
        var timings = await cluster.SwitchoverAsync(cluster.Standbys[0]);
        return new Change(start, timings.Promote, TimeProvider.System.GetElapsedTime(start) - timings.Rejoin);
    }
}
