using System.Diagnostics;
using Npgsql;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>One of two standbys answers 5 % of its replies 200 ms late: the 99th percentile of reads with and without a second attempt, in alternating rounds.</summary>
static class HedgingRun
{
    const int Rounds = 4;
    const int Reads = 750;
    const int Callers = 8;

    public static async Task<(double HedgedP99, double UnhedgedP99, double ExtraLoad)> RunAsync()
    {
        await using var servers = await Proxied.StartAsync(standbys: 2, seed: 7);
        await using var plain = new ResilientDataSourceBuilder(servers.ConnectionString).Build();
        var builder = new ResilientDataSourceBuilder(servers.ConnectionString);
        builder.Options.Hedging.Enabled = true;
        await using var hedged = builder.Build();
        await plain.ReadyAsync();
        await hedged.ReadyAsync();
        await RoundAsync(plain, new());
        await RoundAsync(hedged, new());

        var slow = servers.Before(servers.Cluster.Standbys[0]);
        slow.Latency = TimeSpan.FromMilliseconds(200);
        slow.LatencyShare = 0.05;
        var with = new Times();
        var without = new Times();
        for (var round = 0; round < Rounds; round++)
        {
            await RoundAsync(hedged, with);
            await RoundAsync(plain, without);
        }

        var (p99, p99Plain) = (Sample.Percentile(with.Milliseconds, 0.99), Sample.Percentile(without.Milliseconds, 0.99));
        var load = (double)with.Attempts / with.Milliseconds.Count;
        Report.Progress(
            $"hedging: p50 {Sample.Median(with.Milliseconds):F2} and p99 {p99:F1} ms with {load:F3} attempts a read; without p50 {Sample.Median(without.Milliseconds):F2} and p99 {p99Plain:F1} ms ({Rounds * Reads} reads each)");
        return (p99, p99Plain, load - 1);
    }

    static Task RoundAsync(ResilientDataSource db, Times times) => Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
    {
        for (var i = caller; i < Reads; i += Callers)
        {
            var began = Stopwatch.GetTimestamp();
            await db.ReadAsync(
                async (connection, ct) =>
                {
                    times.CountAttempt();
                    await using var command = new NpgsqlCommand("SELECT id FROM kept WHERE id = $1", connection);
                    command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = i % 1000 + 1 });
                    await command.ExecuteScalarAsync(ct);
                },
                ReadPreference.Standby);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }));

    sealed class Times
    {
        int _attempts;

        public List<double> Milliseconds { get; } = [];

        public int Attempts => _attempts;

        public void CountAttempt() => Interlocked.Increment(ref _attempts);

        public void Add(double milliseconds)
        {
            lock (Milliseconds)
            {
                Milliseconds.Add(milliseconds);
            }
        }
    }
}
