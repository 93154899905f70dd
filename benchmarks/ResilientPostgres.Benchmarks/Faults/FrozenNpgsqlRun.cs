using System.Diagnostics;
using Npgsql;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>The same with Npgsql's own multi-host source, its defaults but for Host Recheck Seconds = 1, and a caller that tries again; watched for twenty seconds.</summary>
static class FrozenNpgsqlRun
{
    static readonly TimeSpan _watched = TimeSpan.FromSeconds(20);

    public static async Task<Frozen> RunAsync()
    {
        await using var servers = await Proxied.StartAsync(standbys: 2);
        await using var source = new NpgsqlDataSourceBuilder(servers.ConnectionString + ";Maximum Pool Size=200;Host Recheck Seconds=1").BuildMultiHost();
        var reading = source.WithTargetSession(TargetSessionAttributes.PreferPrimary);
        var writing = source.WithTargetSession(TargetSessionAttributes.Primary);
        await using (await writing.OpenConnectionAsync())
        {
        }

        var clock = Stopwatch.StartNew();
        using var end = new CancellationTokenSource();
        var reads = Enumerable.Range(0, 100).Select(_ => UntilAnsweredAsync(reading, isFirst: true, "SELECT pg_sleep(8)", clock, end.Token)).ToArray();
        await Task.Delay(300);
        var frozenAt = clock.Elapsed;
        servers.Before(servers.Cluster.Primary).Freeze();
        var first = UntilAnsweredAsync(writing, isFirst: false, $"INSERT INTO written VALUES ({Work.NextId()})", clock, end.Token);
        await servers.Cluster.PromoteAsync(servers.Cluster.Standbys[0]);
        await Task.WhenAny(Task.WhenAll([.. reads, first]), Task.Delay(_watched));
        var released = reads.Max(r => After(r, frozenAt));
        var pause = After(first, frozenAt);
        Report.Progress($"Npgsql: reads released after {released:F0} ms, first write after {pause:F0} ms ({_watched.TotalMilliseconds:F0} = not within the time watched); still hanging: {reads.Count(static r => !r.IsCompleted)} reads");
        await end.CancelAsync();
        return new Frozen(released, pause, 0, 0);
    }

    static double After(Task<TimeSpan> task, TimeSpan start) => task.IsCompletedSuccessfully ? (task.Result - start).TotalMilliseconds : _watched.TotalMilliseconds;

    static async Task<TimeSpan> UntilAnsweredAsync(NpgsqlDataSource source, bool isFirst, string text, Stopwatch clock, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
                await using var command = new NpgsqlCommand(isFirst ? text : text.StartsWith("INSERT", StringComparison.Ordinal) ? text : "SELECT 1", connection);
                isFirst = false;
                await command.ExecuteNonQueryAsync(CancellationToken.None);
                return clock.Elapsed;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }

        return clock.Elapsed;
    }
}
