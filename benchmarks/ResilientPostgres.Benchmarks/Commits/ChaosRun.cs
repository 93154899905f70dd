using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using ResilientPostgres.Benchmarks.Failover;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>A thousand transactions under random kills and promotions with asynchronous replication, every one accounted for.</summary>
sealed class ChaosRun(PostgresCluster cluster, ResilientDataSource db)
{
    const int Seed = 20261123;
    const int Rounds = 10;
    const int Transactions = 100;
    const int Workers = 8;

    readonly AheadStandby _ahead = new();
    readonly Random _random = new(Seed);
    readonly ConcurrentDictionary<long, (Verdict Verdict, string Why)> _told = new();
    readonly ConcurrentDictionary<long, bool> _listed = new();
    readonly ConcurrentDictionary<long, bool> _undecided = new();
    readonly ConcurrentDictionary<string, int> _reasons = new();

    public static async Task RunAsync(Dictionary<string, object> figures)
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 400 });
        await cluster.ExecuteAsync("CREATE TABLE written (id bigint)");
        var builder = new ResilientDataSourceBuilder(cluster.ConnectionString);
        builder.Options.Commits.LedgerCapacity = 100_000;
        await using var db = builder.Build();
        await db.ReadyAsync();
        await new ChaosRun(cluster, db).RunCoreAsync(figures);
    }

    async Task RunCoreAsync(Dictionary<string, object> figures)
    {
        db.WritesLost += (_, e) =>
        {
            foreach (var lost in e.Lost)
            {
                _listed[long.Parse(lost.Tag!, CultureInfo.InvariantCulture)] = true;
            }

            foreach (var lost in e.Undecided)
            {
                _reasons.AddOrUpdate(lost.Evidence.Reason, 1, static (_, n) => n + 1);
                _undecided[long.Parse(lost.Tag!, CultureInfo.InvariantCulture)] = true;
            }
        };
        for (var round = 0; round < Rounds; round++)
        {
            await RoundAsync(round);
        }

        await Task.Delay(1000);
        await CompareAsync(figures);
    }

    async Task RoundAsync(int round)
    {
        var left = Transactions;
        var workers = Enumerable.Range(0, Workers).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var id = Work.NextId();
                _told[id] = await Told.TransactAsync(db, id);
                await Task.Delay(5);
            }
        }).ToArray();
        await Task.Delay(_random.Next(10, 40));

        // Every other time the standbys hear nothing for a moment, so that something acknowledged is lost for certain.
        var old = cluster.Primary;
        if (round % 2 == 0)
        {
            await Task.WhenAll(cluster.Standbys.Select(s => cluster.DisconnectFromPrimaryAsync(s)));
            await Task.Delay(_random.Next(5, 30));
        }

        await cluster.KillAsync(old, KillScope.AllProcesses);
        await cluster.PromoteAsync(await cluster.MostAdvancedStandbyAsync());
        await Task.WhenAll(cluster.Standbys.Select(s => cluster.ReconnectAsync(s)));
        await Task.WhenAll(workers);
        await cluster.RejoinAsync(old);
        await _ahead.RewindAsync(cluster);
        try
        {
            await db.ReadyAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"round {round + 1}: the cluster did not become whole again: {db.Topology}", e);
        }
    }

    async Task CompareAsync(Dictionary<string, object> figures)
    {
        var there = new Dictionary<long, int>();
        await using var source = NpgsqlDataSource.Create(cluster.PrimaryConnectionString);
        await using var command = source.CreateCommand("SELECT id, count(*)::int FROM written GROUP BY id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            there[reader.GetInt64(0)] = reader.GetInt32(1);
        }

        var committed = _told.Where(static t => t.Value.Verdict == Verdict.Committed).Select(static t => t.Key).ToHashSet();
        var reallyLost = committed.Where(id => !there.ContainsKey(id)).ToHashSet();
        var mismatch = reallyLost.Count(id => !_listed.ContainsKey(id) && !_undecided.ContainsKey(id)) + _listed.Keys.Count(id => !reallyLost.Contains(id));
        figures["transactions"] = _told.Count;
        figures["doubled"] = there.Values.Count(static n => n > 1);
        figures["committedButMissingUnlisted"] = reallyLost.Count(id => !_listed.ContainsKey(id));
        figures["notCommittedButPresent"] = _told.Count(t => t.Value.Verdict == Verdict.NotCommitted && there.ContainsKey(t.Key));
        figures["ledgerMismatch"] = mismatch;
        Report.Progress(
            $"chaos (seed {Seed}): {Rounds} failovers, {_told.Count} transactions: {committed.Count} committed, {_told.Values.Count(static t => t.Verdict == Verdict.NotCommitted)} not, "
            + $"{_told.Values.Count(static t => t.Verdict == Verdict.Unknown)} unknown; {reallyLost.Count} acknowledged ones really lost, {_listed.Count} listed, {_undecided.Count} undecided");
        foreach (var (reason, count) in _reasons)
        {
            Report.Progress($"    {count} undecided: {reason}");
        }

        foreach (var reason in _told.Values.Where(static t => t.Verdict == Verdict.Unknown).GroupBy(static t => t.Why))
        {
            Report.Progress($"    {reason.Count()} unknown: {reason.Key}");
        }
    }
}
