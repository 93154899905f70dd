using Npgsql;
using ResilientPostgres.IntegrationTests.Servers;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;
using static ResilientPostgres.IntegrationTests.Poolers.Pooled;

namespace ResilientPostgres.IntegrationTests.Poolers;

/// <summary>PgBouncers that pause, fill up, lose their server, and die; and one before a pgpool.</summary>
public sealed class PgBouncerFailureTests
{
    const int PrimaryChanged = 1001;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Paused_and_resumed_everything_goes_on()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), cancellationToken: Cancelled);
        var log = new RecordedLog();
        await using var db = await Over([bouncer], log: log).KnownAsync();
        await using var work = await Workload.StartAsync(db, writers: 4, readers: 4);
        await work.WritesAsync(50);

        await bouncer.PauseAsync(cancellationToken: Cancelled);
        var written = work.Acknowledged.Count;
        await Task.Delay(2000, Cancelled);
        Assert.InRange(work.Acknowledged.Count, written, written + 4);
        await using var hurried = db.CreateCommand("SELECT 1");
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hurried.ExecuteScalarAsync(patience.Token));
        await bouncer.ResumeAsync(cancellationToken: Cancelled);

        await work.WritesAsync(100);
        await work.AssertCleanAsync();
        Assert.Equal(1, log.Count(PrimaryChanged));
    }

    [Fact]
    public async Task A_write_that_waits_out_a_pause_is_neither_lost_nor_doubled()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), cancellationToken: Cancelled);
        await using var db = await Over([bouncer]).KnownAsync();
        await ExecuteAsync(db, "CREATE TABLE t (n int)");

        await bouncer.PauseAsync(cancellationToken: Cancelled);
        var writes = Enumerable.Range(0, 8).Select(n => ExecuteAsync(db, $"INSERT INTO t VALUES ({n})")).ToArray();
        await Task.Delay(1500, Cancelled);
        await bouncer.ResumeAsync(cancellationToken: Cancelled);

        await Task.WhenAll(writes);
        Assert.Equal(8, await AskAsync(db, "SELECT count(*)::int FROM t"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_of_two_goes_under_load(bool isOrderly)
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var first = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), cancellationToken: Cancelled);
        await using var second = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), cancellationToken: Cancelled);
        var log = new RecordedLog();
        await using var db = await Over([first, second], log: log).KnownAsync();
        await using var work = await Workload.StartAsync(db, writers: 3, readers: 3);
        await using var pause = await WritePause.BeginAsync(db);
        await work.WritesAsync(100);

        await (isOrderly ? first.ShutdownAsync(Cancelled) : first.KillAsync(Cancelled));
        Assert.True(await pause.EndAsync(isOrderly ? "one of two PgBouncers shut down" : "one of two PgBouncers killed") < TimeSpan.FromSeconds(3));
        await work.WritesAsync(100);
        await first.StartAsync(Cancelled);
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints.All(static e => e.Status == EndpointStatus.Available), () => db.Topology.ToString());
        await work.AssertCleanAsync();
        Assert.Equal(1, log.Count(PrimaryChanged));
    }

    [Fact]
    public async Task Its_server_restarts()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), cancellationToken: Cancelled);
        await using var db = await Over([bouncer]).KnownAsync();
        await using var work = await Workload.StartAsync(db, writers: 3, readers: 3);
        await using var pause = await WritePause.BeginAsync(db);
        await work.WritesAsync(50);

        await cluster.RestartAsync(cluster.Primary, cancellationToken: Cancelled);
        await pause.EndAsync("restart of the server behind PgBouncer");
        await work.WritesAsync(50);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task Calls_wait_where_its_sessions_are_used_up()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        var options = new PgBouncerOptions { PoolSize = 2, QueryWaitTimeout = TimeSpan.FromSeconds(1) };
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), options, Cancelled);
        var log = new RecordedLog();
        await using var db = await Over([bouncer], log: log).KnownAsync();
        await ExecuteAsync(db, "CREATE TABLE t (n int)");
        await using var others = NpgsqlDataSource.Create(bouncer.ConnectionStringOf() + ";Pooling=false");
        await using var one = await others.OpenConnectionAsync(Cancelled);
        await using var two = await others.OpenConnectionAsync(Cancelled);
        var busy = Task.WhenAll(Resilient.ScalarAsync<object>(one, "SELECT pg_sleep(3)", Cancelled), Resilient.ScalarAsync<object>(two, "SELECT pg_sleep(3)", Cancelled));

        // Their queries had no server session yet when PgBouncer ended them, so even these can be sent again.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => ExecuteAsync(db, $"INSERT INTO t VALUES ({n})")));
        await busy;
        Assert.Equal(4, await AskAsync(db, "SELECT count(*)::int FROM t"));
        Assert.Equal(1, log.Count(PrimaryChanged));
    }

    [Fact]
    public async Task Clients_beyond_its_limit_are_told_and_nothing_else_happens()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), new PgBouncerOptions { MaxClients = 8 }, Cancelled);
        await using var db = await Over([bouncer]).KnownAsync();
        await using var others = NpgsqlDataSource.Create(bouncer.ConnectionStringOf() + ";Pooling=false");
        var clients = await FillAsync(others);

        var refused = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FailureAsync(db)));
        Assert.Contains(refused, static e => e is PostgresException { SqlState: "08P01" } or CallFailedException);
        Assert.Equal(EndpointStatus.Available, db.Topology.Current.Endpoints[0].Status);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }

        await Until.TrueAsync(async () => await FailureAsync(db) is null, "there is room again");
        Assert.Equal(1, db.Topology.Current.Endpoints[0].Generation);
    }

    static Task SleepAsync(ResilientDataSource db) =>
        db.WriteAsync((c, ct) => Resilient.ScalarAsync<object>(c, "SELECT pg_sleep(0.3)", ct), OperationSafety.Idempotent, Cancelled);

    static async Task<Exception?> FailureAsync(ResilientDataSource db)
    {
        try
        {
            await SleepAsync(db);
            return null;
        }
        catch (NpgsqlException e)
        {
            return e;
        }
    }

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

    [Fact]
    public async Task Before_a_pgpool_both_count()
    {
        RequirePart.PgBouncer();
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var pgpool = await PgpoolAsync(cluster);
        var options = new PgBouncerOptions { PoolSize = 8 };
        await using var first = await PgBouncerServer.StartAsync(new Backend(pgpool.Host, pgpool.Port), options, Cancelled);
        await using var second = await PgBouncerServer.StartAsync(new Backend(pgpool.Host, pgpool.Port), options, Cancelled);
        await using var db = await Over([first, second], configure: static b => b.UsePgpool()).KnownAsync();

        Assert.Equal(cluster.Servers.Select(static s => s.Port).Order().AsEnumerable(), (await AskOftenAsync(db)).Order());
        await ExecuteAsync(db, "CREATE TABLE t (n int)");
        await cluster.PauseReplayAsync(cluster.Standbys[0], Cancelled);
        await cluster.PauseReplayAsync(cluster.Standbys[1], Cancelled);
        for (var i = 1; i <= 30; i++)
        {
            await ExecuteAsync(db, "INSERT INTO t VALUES (1)");
            Assert.Equal(i, await AskAsync(db, "SELECT count(*)::int FROM t"));
        }

        await Assert.ThrowsAsync<NotSupportedException>(() => ExecuteAsync(db, "SET work_mem = '1MB'"));
        await using var work = await Workload.StartAsync(db, writers: 2, readers: 2);
        await work.WritesAsync(50);
        await first.KillAsync(Cancelled);
        await work.WritesAsync(100);
        await work.AssertCleanAsync(cluster);
    }
}
