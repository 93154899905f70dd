using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>
/// For ten seconds one endpoint fails half its calls while ten times as many calls come: a standby by errors of class 53, the primary by
/// sessions that are ended. The servers do it themselves, on each attempt's request, drawn from a seed.
/// </summary>
sealed class BrownoutRun(Proxied servers, ResilientDataSource db, bool ofPrimary)
{
    const int PerSecond = 40;
    const int Seed = 20261122;

    static readonly TimeSpan _calm = TimeSpan.FromSeconds(3);
    static readonly TimeSpan _brown = TimeSpan.FromSeconds(10);

    readonly Random _random = new(Seed);
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly ConcurrentQueue<(TimeSpan At, bool Succeeded)> _calls = new();
    readonly List<Task> _pending = [];
    volatile bool _isBrown;
    int _attempts;
    int _asked;
    int _brownAttempts;
    int _brownAsked;

    public static async Task<(double AttemptsPerCall, double RecoveryMs, long Duplicated)> RunAsync(bool ofPrimary)
    {
        await using var servers = await Proxied.StartAsync(standbys: 2);
        await servers.Cluster.ExecuteAsync(
            """
            CREATE TABLE counters (id int PRIMARY KEY, n bigint NOT NULL DEFAULT 0);
            INSERT INTO counters SELECT generate_series(1, 100);
            CREATE FUNCTION out_of_memory() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of memory' USING ERRCODE = '53200'; END $$;
            """);
        await using var db = new ResilientDataSourceBuilder(servers.ConnectionString).Build();
        await db.ReadyAsync();
        return await new BrownoutRun(servers, db, ofPrimary).RunAsync();
    }

    async Task<(double, double, long)> RunAsync()
    {
        var bad = ofPrimary ? servers.Before(servers.Cluster.Primary).Port : servers.Before(servers.Cluster.Standbys[0]).Port;
        await AskAsync(PerSecond, _calm, bad);
        _isBrown = true;
        await AskAsync(PerSecond * 10, _brown, bad);
        _isBrown = false;
        var recovered = _clock.Elapsed;
        await AskAsync(PerSecond, _calm, bad);
        await Task.WhenAll(_pending);

        var perCall = (double)_brownAttempts / _brownAsked;
        var recovery = Recovery(recovered);
        var during = _calls.Where(c => c.At > _calm && c.At <= recovered).ToArray();
        Report.Progress(
            $"brown-out of {(ofPrimary ? "the primary, idempotent writes" : "a standby, reads")} (seed {Seed}): {_brownAsked} calls, {perCall:F3} attempts a call ({(double)_attempts / _asked:F3} over all), {during.Count(static c => c.Succeeded) * 100.0 / during.Length:F1} % succeeded; back to 95 % {recovery:F0} ms after its end");
        return (perCall, recovery, await servers.CountDuplicatesAsync());
    }

    /// <summary>New calls at a steady pace, whatever becomes of those before: who asks does not know that the server is in trouble.</summary>
    async Task AskAsync(int perSecond, TimeSpan time, int bad)
    {
        var began = _clock.Elapsed;
        for (var asked = 0; _clock.Elapsed - began < time;)
        {
            for (var due = (_clock.Elapsed - began).TotalSeconds * perSecond; asked < due; asked++)
            {
                _pending.Add(CallAsync(_asked, bad));
            }

            await Task.Delay(5);
        }
    }

    async Task CallAsync(int caller, int bad)
    {
        var isBrown = _isBrown;
        _asked++;
        _brownAsked += isBrown ? 1 : 0;
        var at = _clock.Elapsed;
        _calls.Enqueue((at, await OnceAsync(caller, bad, isBrown)));
    }

    async Task<bool> OnceAsync(int caller, int bad, bool isBrown)
    {
        Task Work(NpgsqlConnection connection, CancellationToken token)
        {
            Interlocked.Increment(ref _attempts);
            Interlocked.Add(ref _brownAttempts, isBrown ? 1 : 0);
            return AttemptAsync(connection, caller, fails: _isBrown && connection.Port == bad && Draw(), token);
        }

        try
        {
            await (ofPrimary ? db.WriteAsync(Work, OperationSafety.Idempotent) : db.ReadAsync(Work, ReadPreference.PreferStandby));
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    async Task AttemptAsync(NpgsqlConnection connection, int caller, bool fails, CancellationToken token)
    {
        var text = (ofPrimary, fails) switch
        {
            (true, true) => "SELECT pg_terminate_backend(pg_backend_pid())",
            (true, false) => $"UPDATE counters SET n = {_clock.ElapsedMilliseconds} WHERE id = {caller % 100 + 1}",
            (false, true) => "SELECT out_of_memory()",
            _ => $"SELECT id FROM kept WHERE id = {caller % 1000 + 1}",
        };
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(token);
    }

    bool Draw()
    {
        lock (_random)
        {
            return _random.NextDouble() < 0.5;
        }
    }

    /// <summary>Until a window of half a second begins in which 95 % of the calls succeed.</summary>
    double Recovery(TimeSpan since)
    {
        var window = TimeSpan.FromMilliseconds(500);
        for (var start = since; start < since + _calm - window; start += TimeSpan.FromMilliseconds(50))
        {
            var calls = _calls.Where(c => c.At >= start && c.At < start + window).ToArray();
            if (calls.Length > 0 && calls.Count(static c => c.Succeeded) >= 0.95 * calls.Length)
            {
                return (start - since).TotalMilliseconds;
            }
        }

        return _calm.TotalMilliseconds;
    }
}
