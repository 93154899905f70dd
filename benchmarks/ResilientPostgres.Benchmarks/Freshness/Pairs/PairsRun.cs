using System.Diagnostics;
using Npgsql;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>
/// Writes in one process and reads in another one under the write's token, while standbys hold their replay and primaries go down: no read may show less than it must. And the same without tokens, where
/// some do, or else the search would find nothing.
/// </summary>
static class PairsRun
{
    const int Sessions = 24;
    const int LocalSessions = 8;
    const int LeastPairs = 20_000;
    const int LeastFailovers = 6;
    static readonly TimeSpan _longest = TimeSpan.FromSeconds(110);
    static readonly TimeSpan _between = TimeSpan.FromSeconds(7);
    static readonly TimeSpan _control = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Report report, Dictionary<string, object> figures)
    {
        var seed = Random.Shared.Next();
        Report.Progress($"pairs: seed {seed}");
        var random = new Random(seed);
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 600, SynchronousReplication = true });
        await cluster.ExecuteAsync($"CREATE TABLE counters (key int PRIMARY KEY, value bigint NOT NULL); INSERT INTO counters SELECT key, 0 FROM generate_series(0, {Sessions + LocalSessions - 1}) AS key");

        var control = await ArmAsync(cluster, random, isControl: true);
        var arm = await ArmAsync(cluster, random, isControl: false);
        var table = new Table("what is asked", "pairs", "stale", "steps back", "failovers", "errors", "read on standbys %");
        foreach (var (name, result) in (ReadOnlySpan<(string, PairResult)>)[("to see what was written", arm), ("nothing", control)])
        {
            table.Add(
                name, $"{result.Counts.Pairs}", $"{result.Counts.Stale}", $"{result.Counts.StepsBack}", $"{result.Failovers}", $"{result.Counts.Errors}", Report.Number(100 * result.Counts.StandbyShare));
        }

        report.Write(table);
        figures["seed"] = seed;
        figures["pairs"] = arm.Counts.Pairs;
        figures["staleReads"] = arm.Counts.Stale;
        figures["monotonicViolations"] = arm.Counts.StepsBack;
        figures["monotonicBeforeAcknowledged"] = arm.Counts.EarlyStepsBack;
        figures["failovers"] = arm.Failovers;
        figures["pairErrors"] = arm.Counts.Errors;
        figures["pairStandbyShare"] = Math.Round(arm.Counts.StandbyShare, 3);
        figures["strayReads"] = arm.Counts.Stray;
        figures["lostWrites"] = arm.LostWrites;
        figures["controlStaleReads"] = control.Counts.Stale;
        figures["controlMonotonicViolations"] = control.Counts.StepsBack;
        figures["controlPairs"] = control.Counts.Pairs;
    }

    static async Task<PairResult> ArmAsync(PostgresCluster cluster, Random random, bool isControl)
    {
        CounterLog[] counters = [.. Enumerable.Range(0, Sessions + LocalSessions).Select(static _ => new CounterLog())];
        await cluster.ExecuteAsync("UPDATE counters SET value = 0");
        Consistency[] levels = isControl ? [Consistency.None, Consistency.None, Consistency.None, Consistency.None] : [Consistency.Scope, Consistency.Process, Consistency.Scope, Consistency.Process];
        var workers = await Task.WhenAll(levels.Select(level => WorkerProcess.StartAsync(cluster.ConnectionString, level)));
        var counts = new PairCounts();
        var trouble = new ReplayTrouble(cluster, random);
        var failovers = new PairFailovers(cluster, trouble, counts);
        try
        {
            // The last process is the one without scopes and tokens.
            var sessions = Enumerable.Range(0, Sessions)
                .Select(key => new PairSession(workers[..3], counters, counts, key, random.Next(), isScoped: key % 2 == 0, hasTokens: !isControl)).ToArray();
            var locals = Enumerable.Range(Sessions, LocalSessions).Select(key => new LocalSession(workers[3], counters[key], counts, key, random.Next())).ToArray();
            using var stop = new CancellationTokenSource();
            var running = Task.WhenAll(sessions.Select(s => s.RunAsync(stop.Token)).Concat(locals.Select(s => s.RunAsync(stop.Token))));
            trouble.Begin();
            await (isControl ? Task.Delay(_control) : FailAsync(failovers, counts));
            await stop.CancelAsync();
            await trouble.EndAsync();
            await trouble.ClearAsync();
            await running;
            Array.ForEach(sessions, static s => s.Judge());
            var result = new PairResult(counts, failovers.Count, isControl ? 0 : await LostAsync(cluster, counters));
            foreach (var (reason, count) in counts.Reasons.Where(_ => !isControl).OrderByDescending(static r => r.Value).Take(20))
            {
                Report.Progress($"    {count} × {reason}");
            }

            return result;
        }
        finally
        {
            await Task.WhenAll(workers.Select(static w => w.DisposeAsync().AsTask()));
        }
    }

    static async Task FailAsync(PairFailovers failovers, PairCounts counts)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < _longest && (counts.Pairs < LeastPairs || failovers.Count < LeastFailovers))
        {
            await Task.Delay(_between);
            await failovers.NextAsync();
            Report.Progress($"    {counts.Pairs} pairs, {counts.Stale} stale, {counts.Errors} errors after {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
        }

        await Task.Delay(_between);
    }

    /// <summary>Counters whose acknowledged value is gone: what was read of them would prove nothing.</summary>
    static async Task<int> LostAsync(PostgresCluster cluster, CounterLog[] counters)
    {
        var lost = 0;
        await using var source = NpgsqlDataSource.Create(cluster.PrimaryConnectionString);
        await using var command = source.CreateCommand("SELECT key, value FROM counters");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            lost += reader.GetInt64(1) < counters[reader.GetInt32(0)].Last ? 1 : 0;
        }

        return lost;
    }
}
