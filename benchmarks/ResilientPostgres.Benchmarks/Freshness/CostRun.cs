using Npgsql;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>
/// What knowing costs: an autocommit write with and without its position, a read with and without the question before it, in short rounds in turn so that
/// whatever else the machine does befalls all alike. The servers stand behind proxies; with a delay in them the number of round trips is the time.
/// </summary>
static class CostRun
{
    const int Rounds = 100;
    const int WarmUp = 80;
    const int PerRound = 20;
    const string Select = "SELECT n FROM costs WHERE id = $1";

    public static async Task RunAsync(Dictionary<string, object> figures)
    {
        await using var servers = await Proxied.StartAsync(1);
        await servers.Cluster.ExecuteAsync("CREATE TABLE costs (id int PRIMARY KEY, n bigint NOT NULL); INSERT INTO costs SELECT generate_series(1, 1000), 0");
        var near = await CompareAsync(servers.Cluster, servers.Cluster.ConnectionString, WarmUp, Rounds, PerRound);
        figures["tokenTimeRatio"] = Math.Round(near.WriteWith.Ms / near.Write.Ms, 3);
        figures["tokenExtraBytes"] = Math.Round(near.WriteWith.Bytes - near.Write.Bytes);
        figures["guardTimeRatio"] = Math.Round(near.ReadWith.Ms / near.Read.Ms, 3);
        figures["guardExtraBytes"] = Math.Round(near.ReadWith.Bytes - near.Read.Bytes);
        foreach (var server in servers.Cluster.Servers)
        {
            servers.Before(server).LatencyDirection = ProxyDirection.ToClient;
            servers.Before(server).Latency = TimeSpan.FromMilliseconds(20);
        }

        var far = await CompareAsync(servers.Cluster, servers.ConnectionString, 2, 6, 2);
        figures["tokenExtraRoundTrips"] = Whole((far.WriteWith.Ms - far.Write.Ms) / far.Write.Ms);
        figures["guardExtraRoundTrips"] = Whole((far.ReadWith.Ms - far.Read.Ms) / far.Read.Ms);
        Report.Progress($"cost: write {near.Write}, with its position {near.WriteWith}; read {near.Read}, guarded {near.ReadWith}; far away: {far.Write.Ms:F1}, {far.WriteWith.Ms:F1}, {far.Read.Ms:F1}, {far.ReadWith.Ms:F1} ms");
    }

    /// <summary>A little less than nothing is nothing, without a sign.</summary>
    static double Whole(double value) => Math.Round(value) + 0.0;

    static async Task<(CostArm Write, CostArm WriteWith, CostArm Read, CostArm ReadWith)> CompareAsync(
        PostgresCluster cluster, string connectionString, int warmUp, int rounds, int perRound)
    {
        await using var plain = NpgsqlDataSource.Create(cluster.PrimaryConnectionString);
        await using var without = await BuildAsync(connectionString, Consistency.None);
        await using var with = await BuildAsync(connectionString, Consistency.Process);
        await with.GetConsistencyTokenAsync(); // From then on its writes tell their positions.
        CostArm[] arms = [new(), new(), new(), new()];
        for (var round = -warmUp; round < rounds; round++)
        {
            for (var i = 0; i < perRound; i++)
            {
                var id = i + 1;
                await InTurnAsync(i, () => arms[0].TimeAsync(() => WriteAsync(without, id), round >= 0), () => arms[1].TimeAsync(() => WriteAsync(with, id), round >= 0));
            }

            // Positions that the standby has by now, but has not shown to have: each guarded read shows the next one.
            var tokens = await MoveOnAsync(cluster, plain, without, perRound);
            for (var i = 0; i < perRound; i++)
            {
                var id = i + 1;
                var token = tokens[i];
                await InTurnAsync(i, () => arms[2].TimeAsync(() => ReadAsync(without, id, null), round >= 0), () => arms[3].TimeAsync(() => ReadAsync(without, id, token), round >= 0));
            }
        }

        return (arms[0], arms[1], arms[2], arms[3]);
    }

    /// <summary>Now one first, now the other: the second finds everything warm.</summary>
    static async Task InTurnAsync(int turn, Func<Task> one, Func<Task> other)
    {
        await (turn % 2 == 0 ? one : other)();
        await (turn % 2 == 0 ? other : one)();
    }

    static async Task<ResilientDataSource> BuildAsync(string connectionString, Consistency level)
    {
        var builder = new ResilientDataSourceBuilder(connectionString);
        builder.Options.Consistency.Level = level;

        // Rare probes: they would show what the reads are to ask for, and allocate beside them.
        builder.Options.Monitoring.ProbeInterval = TimeSpan.FromMinutes(2);
        builder.Options.MaxReplicationLag = TimeSpan.FromMinutes(10);
        var db = builder.Build();
        await db.ReadyAsync();
        while (db.Explain(ReadPreference.PreferStandby).Chosen?.Role != EndpointRole.Standby || db.ExplainRouting(Select) is not { Verdict.IsProven: true })
        {
            await Task.Delay(20);
        }

        return db;
    }

    static async Task<List<ConsistencyToken>> MoveOnAsync(PostgresCluster cluster, NpgsqlDataSource plain, ResilientDataSource db, int steps)
    {
        var tokens = new List<ConsistencyToken>();
        for (var i = 0; i < steps; i++)
        {
            await using var write = plain.CreateCommand("UPDATE costs SET n = n WHERE id = 1000");
            await write.ExecuteNonQueryAsync();
            await using var ask = plain.CreateCommand("SELECT pg_current_wal_flush_lsn()");
            var position = (NpgsqlTypes.NpgsqlLogSequenceNumber)(await ask.ExecuteScalarAsync())!;
            tokens.Add(new ConsistencyToken(db.Topology.Current.SystemIdentifier!.Value, (uint)db.Topology.Current.Timeline, position));
        }

        await Task.WhenAll(cluster.Standbys.Select(s => cluster.WaitForReplayAsync(s)));
        return tokens;
    }

    static async Task WriteAsync(ResilientDataSource db, int id)
    {
        await using var command = db.CreateCommand("UPDATE costs SET n = n + 1 WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
        await command.ExecuteNonQueryAsync();
    }

    static async Task ReadAsync(ResilientDataSource db, int id, ConsistencyToken? token)
    {
        await using var command = db.CreateCommand(Select);
        command.ConsistencyToken = token;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
        await command.ExecuteScalarAsync();
    }
}
