using System.Diagnostics;
using Npgsql;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>
/// What knowing the outcome costs: the same transaction of two statements with plain Npgsql and with ours, in short alternating rounds, so that whatever
/// else the machine does befalls all alike; after so many that all code is compiled as well as it will be.
/// </summary>
static class CostRun
{
    public static async Task RunAsync(Dictionary<string, object> figures)
    {
        await using var servers = await Proxied.StartAsync(0);
        await servers.Cluster.ExecuteAsync("CREATE TABLE costs (id int PRIMARY KEY, n bigint NOT NULL); INSERT INTO costs SELECT generate_series(1, 1000), 0");
        var direct = await CompareAsync(servers.Cluster.ConnectionString, warmUp: 200, rounds: 300, perRound: 10);
        figures["timeRatio"] = direct.Write;
        figures["preparedTimeRatio"] = direct.WriteToPrepared;
        var proxy = servers.Before(servers.Cluster.Primary);
        proxy.LatencyDirection = ProxyDirection.ToClient;
        proxy.Latency = TimeSpan.FromMilliseconds(1);
        var near = await CompareAsync(servers.ConnectionString, warmUp: 5, rounds: 48, perRound: 5);
        figures["timeRatioAt1msRtt"] = near.Write;
        figures["rawTimeRatioAt1msRtt"] = near.Raw;
        figures["injectedRttMs"] = Math.Round((near.PlainMs - direct.PlainMs) / 3, 2);
        figures["allocationRatio"] = direct.Allocation;
        figures["readOnlyTimeRatio"] = direct.Read;
        figures["preparedReadOnlyTimeRatio"] = direct.ReadToPrepared;
        figures["tokenTimeRatio"] = direct.Token;
        figures["tokenTimeRatioAt1msRtt"] = near.Token;

        // Far enough away that the number of round trips is the time.
        proxy.Latency = TimeSpan.FromMilliseconds(20);
        var far = await CompareAsync(servers.ConnectionString, warmUp: 10, rounds: 4, perRound: 2);
        var roundTrip = far.PlainMs / 3;
        figures["extraRoundTrips"] = Whole((far.WriteMs - far.PlainMs) / roundTrip);
        figures["tokenExtraRoundTrips"] = Whole((far.TokenMs - far.PlainMs) / roundTrip);
        figures["rawExtraRoundTrips"] = Whole((far.RawMs - far.PlainMs) / roundTrip);
        Report.Progress($"cost: plain {direct.PlainMs:F3} ms (prepared {direct.PreparedMs:F3}), ours {direct.WriteMs:F3} ms (raw {direct.RawMs:F3}, token {direct.TokenMs:F3}), reads {direct.PlainReadMs:F3} (prepared {direct.PreparedReadMs:F3}) and {direct.ReadMs:F3}; 1 ms away: {near.PlainMs:F2}, {near.WriteMs:F2}, raw {near.RawMs:F2}; far away: {far.PlainMs:F1}, {far.WriteMs:F1}, raw {far.RawMs:F1}");
    }

    /// <summary>Everyone goes round among at least two sessions, as in a pool that serves several: a server process that is alone finds all its memory warm.</summary>
    static async Task TwoAsync<T>(Func<Task<T>> open)
        where T : IAsyncDisposable
    {
        foreach (var session in await Task.WhenAll(open(), open()))
        {
            await session.DisposeAsync();
        }
    }

    static async Task<NpgsqlConnection> OpenAsync(ResilientDataSource db) => await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary);

    /// <summary>A little less than nothing is nothing, without a sign.</summary>
    static double Whole(double value) => Math.Round(value) + 0.0;

    static async Task<Comparison> CompareAsync(string connectionString, int warmUp, int rounds, int perRound)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var prepared = NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=100");
        await using var db = new ResilientDataSourceBuilder(connectionString).Build();
        var guarded = new ResilientDataSourceBuilder(connectionString);
        guarded.Options.Commits.Guard = CommitGuard.TokenRow;
        guarded.Options.Commits.CreatesTokenTable = true;
        await using var tokens = guarded.Build();
        await db.ReadyAsync();
        await tokens.ReadyAsync();
        foreach (var plain in (NpgsqlDataSource[])[source, prepared])
        {
            await TwoAsync(() => plain.OpenConnectionAsync().AsTask());
        }

        await TwoAsync(() => OpenAsync(db));
        await TwoAsync(() => OpenAsync(tokens));
        Func<int, Task>[] arms =
        [
            i => CostArms.PlainAsync(source, i),
            i => CostArms.OursAsync(db, i),
            i => CostArms.RawAsync(db, i),
            i => CostArms.PlainReadAsync(source, i),
            i => CostArms.OursReadAsync(db, i),
            i => CostArms.OursAsync(tokens, i),
            i => CostArms.PlainAsync(prepared, i),
            i => CostArms.PlainReadAsync(prepared, i),
        ];
        var times = arms.Select(static _ => new List<double>()).ToArray();
        var allocated = new long[arms.Length];
        for (var round = -warmUp; round < rounds; round++)
        {
            for (var arm = 0; arm < arms.Length; arm++)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                for (var i = 0; i < perRound; i++)
                {
                    var began = Stopwatch.GetTimestamp();
                    await arms[arm](i + 1);
                    if (round >= 0)
                    {
                        times[arm].Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    }
                }

                allocated[arm] += round >= 0 ? GC.GetTotalAllocatedBytes(precise: true) - before : 0;
            }
        }

        var middles = times.Select(Sample.Middle).ToArray();
        return new Comparison
        {
            PlainMs = middles[0],
            WriteMs = middles[1],
            RawMs = middles[2],
            PlainReadMs = middles[3],
            ReadMs = middles[4],
            TokenMs = middles[5],
            PreparedMs = middles[6],
            PreparedReadMs = middles[7],
            Allocation = Math.Round((double)allocated[1] / allocated[0], 3),
        };
    }
}
