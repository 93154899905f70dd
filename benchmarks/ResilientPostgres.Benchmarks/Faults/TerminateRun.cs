using Npgsql;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>One of eight busy sessions is ended by an administrator; and errors are raised that look like a server in trouble.</summary>
static class TerminateRun
{
    const int Busy = 8;

    public static async Task<(double Finished, double WronglyDown, long Duplicated)> RunAsync()
    {
        await using var servers = await Proxied.StartAsync(standbys: 2);
        await using var db = new ResilientDataSourceBuilder(servers.ConnectionString).Build();
        await db.ReadyAsync();
        var down = 0;
        using var end = new CancellationTokenSource();
        var watching = WatchAsync(db, () => Interlocked.Increment(ref down), end.Token);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => db.SleepAsync(0.05, ReadPreference.Primary))); // Idle sessions, for Npgsql to drop.

        var pids = new int[Busy];
        var runs = new int[Busy];
        var work = Enumerable.Range(0, Busy).Select(i => db.ReadAsync((c, ct) => StepsAsync(c, i, pids, runs, ct), ReadPreference.Primary)).ToArray();
        while (pids.Any(static p => p == 0))
        {
            await Task.Delay(5);
        }

        await using (var superuser = NpgsqlDataSource.Create(servers.Cluster.Primary.ConnectionString))
        {
            await using var kill = superuser.CreateCommand($"SELECT pg_terminate_backend({pids[0]})");
            await kill.ExecuteNonQueryAsync();
        }

        var finished = (await Task.WhenAll(work.Select(static async w => await w == 5 ? 1 : 0))).Sum();
        var unharmed = runs.Count(static r => r == 1);
        var refilled = System.Diagnostics.Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => db.SleepAsync(0, ReadPreference.Primary)));
        Report.Progress($"one of {Busy} sessions terminated: {finished} finished, {unharmed} of them in one run; 20 sessions again after {refilled.Elapsed.TotalMilliseconds:F0} ms");

        var passed = await RaiseAsync(db, "XX000") + await RaiseAsync(db, "53300");
        await Task.Delay(1500);
        await end.CancelAsync();
        await watching;
        var isOpen = db.Explain(ReadPreference.Primary).Chosen is null;
        Report.Progress($"100 raised errors: {passed} came through as they were; endpoints wrongly down {down}, the primary's circuit {(isOpen ? "open" : "closed")}");
        return (unharmed == Busy - 1 ? finished : unharmed, down + (isOpen ? 1 : 0), await servers.CountDuplicatesAsync());
    }

    static async Task<int> StepsAsync(NpgsqlConnection connection, int i, int[] pids, int[] runs, CancellationToken token)
    {
        Interlocked.Increment(ref runs[i]);
        pids[i] = connection.ProcessID;
        var done = 0;
        for (; done < 5; done++)
        {
            await using var command = new NpgsqlCommand("SELECT pg_sleep(0.2)", connection);
            await command.ExecuteNonQueryAsync(token);
        }

        return done;
    }

    static async Task<int> RaiseAsync(ResilientDataSource db, string code)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            try
            {
                await db.WriteAsync(async (c, ct) =>
                {
                    await using var command = new NpgsqlCommand($"DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '{code}'; END $$", c);
                    await command.ExecuteNonQueryAsync(ct);
                });
                return 0;
            }
            catch (PostgresException e)
            {
                return e.SqlState == code ? 1 : 0;
            }
        }));
        return results.Sum();
    }

    static async Task WatchAsync(ResilientDataSource db, Action down, CancellationToken end)
    {
        try
        {
            await foreach (var happened in db.Topology.WatchAsync(end))
            {
                var status = happened.Snapshot.Endpoints.FirstOrDefault(e => e.Endpoint.Equals(happened.Endpoint))?.Status;
                if (happened.Kind == TopologyEventKind.EndpointStatusChanged
                    && status is EndpointStatus.Unreachable or EndpointStatus.StartingUp or EndpointStatus.Misconfigured or EndpointStatus.Fenced or EndpointStatus.Detached)
                {
                    down();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
    }
}
