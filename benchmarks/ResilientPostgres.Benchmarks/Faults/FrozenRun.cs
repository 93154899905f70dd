using System.Collections.Concurrent;
using System.Diagnostics;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>The primary freezes under a hundred reads and twenty writes, and a standby is promoted: the proxy before it stops forwarding, or all its processes stop.</summary>
static class FrozenRun
{
    const int Readers = 100;
    const int Writers = 20;

    public static async Task<Frozen> RunAsync(bool byProxy)
    {
        await using var servers = await Proxied.StartAsync(standbys: 2);
        var cluster = servers.Cluster;
        await using var db = new ResilientDataSourceBuilder(servers.ConnectionString + ";Maximum Pool Size=200").Build();
        await db.ReadyAsync();

        var acknowledged = new ConcurrentBag<long>();
        var outcomes = new ConcurrentDictionary<string, int>();
        var warm = Enumerable.Range(0, Readers).Select(_ => db.SleepAsync(0.05, ReadPreference.PreferPrimary)).ToArray();
        await Task.WhenAll(warm);

        // In flight, for longer than anything that follows.
        var clock = Stopwatch.StartNew();
        var frozenAt = TimeSpan.Zero;
        var reads = Enumerable.Range(0, Readers).Select(_ => ReleasedAsync(db, clock)).ToArray();
        var writes = Enumerable.Range(0, Writers).Select(_ => WriteAsync(db, 2, acknowledged, outcomes)).ToArray();
        await Task.Delay(300);
        var old = cluster.Primary;
        frozenAt = clock.Elapsed;
        await FreezeAsync(servers, old, byProxy);
        var first = FirstWriteAsync(db, clock, acknowledged, outcomes);
        await cluster.PromoteAsync(cluster.Standbys[0]);
        var pause = (await first - frozenAt).TotalMilliseconds;
        var released = (await Task.WhenAll(reads)).Max(at => (at - frozenAt).TotalMilliseconds);
        await Task.WhenAll(writes);

        // The old primary comes to, and what hung there must not have been done twice.
        await ThawAsync(servers, old, byProxy);
        var (lost, duplicated) = await CompareAsync(servers, acknowledged);
        Report.Progress($"frozen by {(byProxy ? "proxy" : "SIGSTOP")}: reads released after {released:F0} ms, first write after {pause:F0} ms; writes: {string.Join(", ", outcomes.Select(static o => $"{o.Value} {o.Key}"))}");
        return new Frozen(released, pause, duplicated, lost);
    }

    /// <summary>A read that is in flight when the server freezes: it sleeps two seconds on the first server, and answers at once on another.</summary>
    static async Task<TimeSpan> ReleasedAsync(ResilientDataSource db, Stopwatch clock)
    {
        var isFirst = true;
        await db.ReadAsync(
            async (connection, ct) =>
            {
                await using var command = new Npgsql.NpgsqlCommand(isFirst ? "SELECT pg_sleep(8)" : "SELECT 1", connection);
                isFirst = false;
                await command.ExecuteScalarAsync(ct);
            },
            ReadPreference.PreferPrimary);
        return clock.Elapsed;
    }

    static async Task WriteAsync(ResilientDataSource db, double seconds, ConcurrentBag<long> acknowledged, ConcurrentDictionary<string, int> outcomes)
    {
        var id = Work.NextId();
        string outcome;
        try
        {
            await db.InsertAsync(id, seconds);
            acknowledged.Add(id);
            outcome = "done";
        }
        catch (Exception e)
        {
            outcome = e.GetType().Name;
        }

        outcomes.AddOrUpdate(outcome, 1, static (_, n) => n + 1);
    }

    static async Task<TimeSpan> FirstWriteAsync(ResilientDataSource db, Stopwatch clock, ConcurrentBag<long> acknowledged, ConcurrentDictionary<string, int> outcomes)
    {
        while (true)
        {
            var before = acknowledged.Count;
            await WriteAsync(db, 0, acknowledged, outcomes);
            if (acknowledged.Count > before)
            {
                return clock.Elapsed;
            }
        }
    }

    static Task FreezeAsync(Proxied servers, PostgresServer server, bool byProxy)
    {
        if (!byProxy)
        {
            return servers.Cluster.FreezeAsync(server);
        }

        servers.Before(server).Freeze();
        return Task.CompletedTask;
    }

    static Task ThawAsync(Proxied servers, PostgresServer server, bool byProxy)
    {
        if (!byProxy)
        {
            return servers.Cluster.ThawAsync(server);
        }

        servers.Before(server).Thaw();
        return Task.CompletedTask;
    }

    static async Task<(long Lost, long Duplicated)> CompareAsync(Proxied servers, ConcurrentBag<long> acknowledged)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(servers.Cluster.PrimaryConnectionString);
        await using var command = source.CreateCommand("SELECT count(*) FROM unnest($1) AS a (id) WHERE NOT EXISTS (SELECT FROM written w WHERE w.id = a.id)");
        command.Parameters.Add(new Npgsql.NpgsqlParameter<long[]> { TypedValue = [.. acknowledged] });
        return ((long)(await command.ExecuteScalarAsync())!, await servers.CountDuplicatesAsync());
    }
}
