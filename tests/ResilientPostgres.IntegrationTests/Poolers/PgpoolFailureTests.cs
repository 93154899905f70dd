using Npgsql;
using ResilientPostgres.IntegrationTests.Servers;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;
using static ResilientPostgres.IntegrationTests.Poolers.Pooled;

namespace ResilientPostgres.IntegrationTests.Poolers;

/// <summary>pgpools that die, fill up, disagree, and fail over themselves.</summary>
public sealed class PgpoolFailureTests
{
    const int PrimaryChanged = 1001;
    const int PrimaryLost = 1002;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_of_two_is_killed_under_load()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var first = await PgpoolAsync(cluster);
        await using var second = await PgpoolAsync(cluster);
        var log = new RecordedLog();
        await using var db = await Over([first, second], log).KnownAsync();
        await using var work = await Workload.StartAsync(db, writers: 3, readers: 3);
        await using var pause = await WritePause.BeginAsync(db);
        await work.WritesAsync(100);

        await first.KillAsync(Cancelled);
        Assert.True(await pause.EndAsync("one of two pgpools killed") < TimeSpan.FromSeconds(3));
        await work.WritesAsync(100);
        await first.StartAsync(cancellationToken: Cancelled);
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints.All(static e => e.Status == EndpointStatus.Available), () => db.Topology.ToString());
        await work.WritesAsync(100);

        await work.AssertCleanAsync(cluster);
        Assert.Equal(1, log.Count(PrimaryChanged));
    }

    [Fact]
    public async Task A_pgpool_that_has_lost_its_servers_is_left_alone()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var first = await PgpoolAsync(cluster);
        await using var second = await PgpoolAsync(cluster);
        await using var db = await Over([first, second]).KnownAsync();
        await using var work = await Workload.StartAsync(db, writers: 2, readers: 2);
        await work.WritesAsync(50);

        await first.DetachAsync(0, Cancelled);
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints[0].Status != EndpointStatus.Available, () => db.Topology.ToString());
        await work.WritesAsync(100);
        Assert.Equal(second.Port, await db.WriteAsync((c, _) => Task.FromResult(c.Port), cancellationToken: Cancelled));
        await first.AttachAsync(0, Cancelled);
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints[0].Status == EndpointStatus.Available, () => db.Topology.ToString());
        await work.WritesAsync(50);
        await work.AssertCleanAsync(cluster);
    }

    [Fact]
    public async Task Its_own_failover_is_followed()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var options = new PgpoolOptions { PromotesOnFailover = true, HealthCheckPeriod = TimeSpan.FromSeconds(1) };
        await using var first = await PgpoolAsync(cluster, options);
        await using var second = await PgpoolAsync(cluster, options);
        var log = new RecordedLog();
        await using var db = await Over([first, second], log).KnownAsync();
        await using var work = await Workload.StartAsync(db, writers: 2, readers: 2);
        await using var pause = await WritePause.BeginAsync(db);
        await work.WritesAsync(50);
        await Until.TrueAsync(async () => (await first.NodesAsync(Cancelled)).Select(static n => n.ServerRole).SequenceEqual(["primary", "standby", "standby"]), "the roles are found");

        await cluster.KillAsync(cluster.Primary, KillScope.AllProcesses, Cancelled);
        await pause.EndAsync("pgpool's own failover");
        await work.WritesAsync(50);
        await work.ReadsAsync(50);
        await work.StopAsync();

        Assert.Empty(work.FailedReads);
        Assert.Empty(work.FailedWrites);
        Assert.Equal(2, db.Topology.Current.Timeline);
    }

    [Fact]
    public async Task Two_that_disagree_about_the_primary_are_a_split_brain()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var first = await PgpoolAsync(cluster);
        await using var second = await PgpoolAsync(cluster);
        await using var db = await Over([first, second], configure: static b => b.Options.TotalTimeout = b.Options.AttemptTimeout = TimeSpan.FromSeconds(1)).KnownAsync();
        await ExecuteAsync(db, "CREATE TABLE t (n int)");

        await cluster.WaitForReplayAsync(cluster.Servers[1], Cancelled);
        await second.DetachAsync(0, Cancelled);
        await cluster.PromoteAsync(cluster.Servers[1], repointOthers: false, Cancelled);
        await Eventually.TrueAsync(() => db.Topology.Current.Status == ClusterStatus.SplitBrain, () => db.Topology.ToString());
        var refused = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => ExecuteAsync(db, "INSERT INTO t VALUES (1)"));
        Assert.Contains("SplitBrain", refused.Message, StringComparison.Ordinal);

        await first.StopAsync(Cancelled);
        await Eventually.TrueAsync(() => db.Topology.Current is { Status: ClusterStatus.WithPrimary, Timeline: 2 }, () => db.Topology.ToString());
        await ExecuteAsync(db, "INSERT INTO t VALUES (1)");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_full_one_is_no_dead_one(int reserved)
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var pgpool = await PgpoolAsync(cluster, new PgpoolOptions { Children = 6 + reserved, ReservedConnections = reserved });
        var log = new RecordedLog();
        await using var db = await Over([pgpool], log, static b => b.Options.ConnectionString += ";Timeout=1;Maximum Pool Size=4").KnownAsync();
        NpgsqlConnection.ClearAllPools();
        await using var others = NpgsqlDataSource.Create(pgpool.ConnectionString + ";Pooling=false;Timeout=1");
        var sessions = await FillAsync(others);
        var generation = db.Topology.Current.Endpoints[0].Generation;

        var waiting = Enumerable.Range(0, 4).Select(_ => SleepAsync(db)).ToArray();
        await Task.Delay(1500, Cancelled);
        Assert.Equal(EndpointStatus.Available, db.Topology.Current.Endpoints[0].Status);
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }

        // With none reserved they have waited in pgpool's queue; else those without an idle session were refused, and their callers told soon.
        var outcomes = await Task.WhenAll(waiting);
        Assert.All(outcomes, o => Assert.True(o == "done" || (o == "Overloaded" && reserved > 0), o));
        Assert.Equal(reserved > 0, outcomes.Contains("Overloaded"));
        await Until.TrueAsync(async () => await SleepAsync(db) == "done", "there is room again");
        Assert.Equal(generation, db.Topology.Current.Endpoints[0].Generation);
        Assert.Equal(0, log.Count(PrimaryLost));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_answer_to_COMMIT_is_found_out(bool reachesTheServer)
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var pgpool = await PgpoolAsync(cluster);
        await using var proxy = await ChaosProxy.StartAsync(pgpool.Host, pgpool.Port);
        await using var db = await Resilient.Over($"Host={proxy.Host}:{proxy.Port};Username=app;Database=app", configure: static b => b.UsePgpool()).KnownAsync();
        await LostAnswer.CheckAsync(db, proxy, reachesTheServer);
    }

    static async Task<string> SleepAsync(ResilientDataSource db)
    {
        try
        {
            await db.WriteAsync((c, ct) => Resilient.ScalarAsync<object>(c, "SELECT pg_sleep(0.2)", ct), OperationSafety.Idempotent, Cancelled);
            return "done";
        }
        catch (CallFailedException e)
        {
            return e.Attempts[^1].Kind.ToString();
        }
    }

    /// <summary>Takes every session there is left.</summary>
    static async Task<List<NpgsqlConnection>> FillAsync(NpgsqlDataSource source)
    {
        var sessions = new List<NpgsqlConnection>();
        while (true)
        {
            try
            {
                sessions.Add(await source.OpenConnectionAsync(Cancelled));
            }
            catch (NpgsqlException)
            {
                return sessions;
            }
        }
    }
}
