using System.Diagnostics;
using System.Globalization;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>A hundred writes that wait through one failover on a thread pool that can't grow: nobody may block, and all must wake.</summary>
static class WaitersRun
{
    public const string Name = "waiters";
    public const int Writers = 100;
    const int Failovers = 3;
    const string Line = "resumed after ";

    /// <summary>In a process of its own, for its thread pool.</summary>
    /// <returns>One figure a failover.</returns>
    public static async Task<IReadOnlyList<double>> InChildAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(WaitersRun).Assembly.Location);
        start.ArgumentList.Add(Name);
        using var child = Process.Start(start)!;
        var figures = new List<double>();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            Console.WriteLine(line);
            if (line.StartsWith(Line, StringComparison.Ordinal))
            {
                figures.Add(double.Parse(line.AsSpan(Line.Length), CultureInfo.InvariantCulture));
            }
        }

        await child.WaitForExitAsync();
        return child.ExitCode == 0 ? figures : throw new InvalidOperationException($"The child process ended with code {child.ExitCode}");
    }

    public static async Task RunAsync()
    {
        var threads = Environment.ProcessorCount;
        if (!ThreadPool.SetMinThreads(threads, threads) || !ThreadPool.SetMaxThreads(threads, threads))
        {
            throw new InvalidOperationException($"The thread pool does not take {threads} threads");
        }

        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 400 });
        await cluster.ExecuteAsync(Statements.Schema);
        await using var client = new ResilientClient(cluster.ConnectionString);
        var sightings = new Sightings(client.Source);
        for (var failover = 0; failover < Failovers; failover++)
        {
            var old = cluster.Primary;
            await client.ReadAsync();
            await client.SettleAsync();
            await WriteAllAsync(client, failover, 0);
            var (after, last, promoted) = await FailAsync(cluster, client, failover);
            var confirmed = sightings.Confirmed(after, cluster.Primary.Port);
            Console.WriteLine($"failover {failover + 1}: promoted at {Milliseconds(after, promoted):F0} ms, confirmed at {Milliseconds(after, confirmed):F0} ms, last of {Writers} at {Milliseconds(after, last):F0} ms");
            Console.WriteLine(Line + Milliseconds(confirmed, last).ToString("F1", CultureInfo.InvariantCulture));
            await cluster.RejoinAsync(old);
        }
    }

    static async Task<(long After, long Last, long Promoted)> FailAsync(PostgresCluster cluster, ResilientClient client, int failover)
    {
        var kill = new Kill(cluster.Primary, KillScope.AllProcesses);
        var start = kill.Now();
        var writes = WriteAllAsync(client, failover, Writers);
        await cluster.PromoteAsync(await cluster.MostAdvancedStandbyAsync());
        var promoted = TimeProvider.System.GetTimestamp();
        var last = (await writes).Max();
        await kill.WaitAsync();
        return (start, last, promoted);
    }

    /// <returns>When each was acknowledged.</returns>
    static Task<long[]> WriteAllAsync(ResilientClient client, int failover, int first) =>
        Task.WhenAll(Enumerable.Range(first, Writers).Select(async i =>
        {
            await client.WriteAsync(((long)(failover + 1) << 32) + i);
            return TimeProvider.System.GetTimestamp();
        }));

    static double Milliseconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalMilliseconds;
}
