using Npgsql;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>The exchange of a commit cut after each byte, in both directions, with a server that lives on, crashes, or is replaced.</summary>
sealed class CutsRun(Scenario scenario, CommitGuard guard = CommitGuard.LogPosition, bool isPrepared = false)
{
    readonly List<(long Id, Cut Cut, Verdict Verdict, string Why)> _told = [];
    readonly List<string> _wrong = [];

    int _places;

    public int Cuts => _told.Count;

    public int Wrong => _wrong.Count;

    public int Unknown => _told.Count(static t => t.Verdict == Verdict.Unknown);

    public async Task RunAsync()
    {
        if (scenario.NewCluster)
        {
            await RunApartAsync();
        }
        else
        {
            await RunTogetherAsync();
        }

        var verdicts = string.Join(", ", _told.GroupBy(static t => t.Verdict).OrderBy(static g => g.Key).Select(static g => $"{g.Count()} {g.Key}"));
        Report.Progress($"{scenario.Name} ({guard}{(isPrepared ? ", prepared" : "")}): {Cuts} of {_places} cuts: {verdicts}; {Wrong} wrong");
        foreach (var reason in _told.Where(static t => t.Verdict == Verdict.Unknown).GroupBy(static t => t.Why))
        {
            Report.Progress($"    {reason.Count()} unknown: {reason.Key}");
        }

        _wrong.ForEach(static w => Report.Progress($"    WRONG: {w}"));
    }

    async Task RunTogetherAsync()
    {
        await using var servers = await Proxied.StartAsync(scenario.Standbys, isSynchronous: scenario.IsSynchronous);
        await using var db = Open(servers);
        await db.ReadyAsync();
        var (toServer, toClient) = await LengthsAsync(db, servers);
        _places = toServer + toClient + 2;
        foreach (var cut in Cut.Places(toServer, toClient, scenario.Places))
        {
            await OneAsync(db, servers, cut);
        }

        await CompareAsync(servers);
    }

    async Task RunApartAsync()
    {
        var lengths = (ToServer: 0, ToClient: 0);
        for (var i = 0; i < scenario.Places; i++)
        {
            await using var servers = await Proxied.StartAsync(scenario.Standbys, isSynchronous: scenario.IsSynchronous);
            await using var db = Open(servers);
            await db.ReadyAsync();
            lengths = lengths == default ? await LengthsAsync(db, servers) : lengths;
            _places = lengths.ToServer + lengths.ToClient + 2;
            await Told.TransactAsync(db, Work.NextId());
            await servers.Cluster.WaitForReplayAsync(servers.Cluster.Standbys[0]);
            await scenario.Prepare(servers);
            await OneAsync(db, servers, Cut.Places(lengths.ToServer, lengths.ToClient, scenario.Places)[i]);
            await CompareAsync(servers);
        }
    }

    ResilientDataSource Open(Proxied servers)
    {
        var builder = new ResilientDataSourceBuilder(servers.ConnectionString + (isPrepared ? ";Maximum Pool Size=3" : ";Maximum Pool Size=3;Max Auto Prepare=0"));
        builder.Options.Commits.Guard = guard;
        builder.Options.Commits.CreatesTokenTable = true;
        return builder.Build();
    }

    async Task OneAsync(ResilientDataSource db, Proxied servers, Cut cut)
    {
        var proxy = servers.Before(servers.Cluster.Primary);
        var befallen = Task.CompletedTask;
        for (var i = 0; isPrepared && i < 2; i++)
        {
            await Told.TransactAsync(db, Work.NextId()); // On the session that took the place of the last one cut.
        }

        var id = Work.NextId();
        var (verdict, why) = await Told.TransactAsync(db, id, async () =>
        {
            var pid = await PidAsync(db, servers);
            var connections = proxy.ActiveConnections;
            if (scenario.NewCluster)
            {
                // What is asked between the cut and the death of the server would be answered truly, and lost with it.
                proxy.Refuse();
            }

            proxy.CutAfter(cut.Direction, cut.After);
            befallen = Task.Run(async () =>
            {
                for (var waited = 0; proxy.ActiveConnections >= connections && waited < 8; waited++)
                {
                    await Task.Delay(1);
                }

                await scenario.Befall(servers, pid);
            });
        });
        await befallen;
        proxy.CutAfter(cut.Direction, long.MaxValue);
        _told.Add((id, cut, verdict, why));
    }

    /// <summary>The server process of the transaction, by its table lock: asked from outside, so that nothing more goes through the proxy.</summary>
    static async Task<int> PidAsync(ResilientDataSource db, Proxied servers)
    {
        await using var source = NpgsqlDataSource.Create(servers.Cluster.Primary.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE state = 'idle in transaction'");
        return (int)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>How many bytes a commit takes each way; probes may add to one measurement, so the smallest of several.</summary>
    static async Task<(int ToServer, int ToClient)> LengthsAsync(ResilientDataSource db, Proxied servers)
    {
        var proxy = servers.Before(servers.Cluster.Primary);
        var lengths = (ToServer: long.MaxValue, ToClient: long.MaxValue);
        for (var i = 0; i < 10; i++)
        {
            var (up, down) = (0L, 0L);
            await Told.TransactAsync(db, Work.NextId(), () =>
            {
                (up, down) = (proxy.BytesToServer, proxy.BytesToClient);
                return Task.CompletedTask;
            });
            lengths = (Math.Min(lengths.ToServer, proxy.BytesToServer - up), Math.Min(lengths.ToClient, proxy.BytesToClient - down));
        }

        return ((int)lengths.ToServer, (int)lengths.ToClient);
    }

    async Task CompareAsync(Proxied servers)
    {
        var there = new HashSet<long>();
        await using var source = NpgsqlDataSource.Create(servers.Cluster.PrimaryConnectionString);
        await using var command = source.CreateCommand("SELECT id FROM written");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            there.Add(reader.GetInt64(0));
        }

        foreach (var (id, cut, verdict, why) in scenario.NewCluster ? _told.TakeLast(1) : _told)
        {
            // An answered commit that asynchronous replication then loses was no wrong answer; the ledger is for those.
            var isLostLater = why == "answered" && scenario is { Standbys: > 0, IsSynchronous: false };
            if (verdict != Verdict.Unknown && !isLostLater && verdict == Verdict.Committed != there.Contains(id))
            {
                _wrong.Add($"{cut} was told {verdict} ({why}), and it is {(there.Contains(id) ? "there" : "not there")}");
            }
        }
    }
}
