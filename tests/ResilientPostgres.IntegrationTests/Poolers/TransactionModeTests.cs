using Npgsql;
using ResilientPostgres.IntegrationTests.Servers;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;
using static ResilientPostgres.IntegrationTests.Poolers.Pooled;

namespace ResilientPostgres.IntegrationTests.Poolers;

/// <summary>PgBouncer in transaction mode: many sessions of ours on few of the server's.</summary>
public sealed class TransactionModeTests
{
    const int ProofUnavailable = 3006;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_share_two_sessions_and_nothing_stays_in_them()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), new PgBouncerOptions { PoolSize = 2 }, Cancelled);
        var log = new RecordedLog();
        await using var db = await Over([bouncer], log: log, configure: static b => b.Options.ConnectionString += ";Maximum Pool Size=30").KnownAsync();
        await ExecuteAsync(db, "CREATE TABLE t (id int)");

        await Task.WhenAll(Enumerable.Range(0, 16).Select(n => WorkAsync(db, n)));
        Assert.Equal(16 * 40, await AskAsync(db, "SELECT count(*)::int FROM t"));
        Assert.Equal(0, log.Count(ProofUnavailable));
        Assert.Equal(0, await Sql.ScalarAsync<long>(cluster.Primary, "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"));
    }

    [Fact]
    public async Task What_needs_a_session_of_its_own_is_refused()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), cancellationToken: Cancelled);
        await using var db = await Over([bouncer]).KnownAsync();
        await using var connection = db.CreateConnection();
        await connection.OpenAsync(Cancelled);
        foreach (var sql in (string[])
            ["SET work_mem = '1MB'", "SET ROLE app", "RESET ALL", "DISCARD ALL", "LISTEN news", "PREPARE p AS SELECT 1", "EXECUTE p", "CREATE TEMP TABLE mine (n int)", "SELECT 1 INTO TEMP mine",
             "SELECT pg_advisory_lock(1)", "SELECT pg_try_advisory_lock(1)", "SELECT set_config('a.b', '1', false)", "SELECT 1; SET work_mem = '1MB'", "DECLARE c CURSOR WITH HOLD FOR SELECT 1"])
        {
            var refused = await Assert.ThrowsAsync<NotSupportedException>(() => ExecuteAsync(db, sql));
            Assert.Contains("PgBouncer in transaction mode", refused.Message, StringComparison.Ordinal);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await Assert.ThrowsAsync<NotSupportedException>(() => command.ExecuteNonQueryAsync(Cancelled));
        }

        var size = await db.TransactAsync(
            async (transaction, token) =>
            {
                await RunAsync(transaction, "SET LOCAL work_mem = '2MB'", token);
                await RunAsync(transaction, "SELECT set_config('app.tenant', '7', true)", token);
                await RunAsync(transaction, "CREATE TEMP TABLE mine (n int) ON COMMIT DROP", token);
                await RunAsync(transaction, "SELECT pg_advisory_xact_lock(1)", token);
                await RunAsync(transaction, "DECLARE c CURSOR FOR SELECT 1", token);
                await RunAsync(transaction, "FETCH c", token);
                await Assert.ThrowsAsync<NotSupportedException>(() => RunAsync(transaction, "SET work_mem = '2MB'", token));
                await using var show = transaction.CreateCommand("SELECT current_setting('work_mem')");
                return (string)(await show.ExecuteScalarAsync(token))!;
            },
            cancellationToken: Cancelled);
        Assert.Equal("2MB", size.Value);
        Assert.Equal("4MB", await db.ReadAsync<string>("SELECT current_setting('work_mem')"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_answer_to_COMMIT_is_found_out(bool reachesTheServer)
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), new PgBouncerOptions { PoolSize = 3 }, Cancelled);
        await using var proxy = await ChaosProxy.StartAsync(bouncer.Host, bouncer.Port);
        await using var db = await Resilient.Over($"Host={proxy.Host}:{proxy.Port};Username=app;Database=app", configure: static b => b.UsePgBouncer()).KnownAsync();
        await LostAnswer.CheckAsync(db, proxy, reachesTheServer);
    }

    [Fact]
    public async Task One_before_each_server_is_an_ordinary_cluster()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var options = new PgBouncerOptions { PoolSize = 4 };
        await using var first = await PgBouncerServer.StartAsync(Backend.Of(cluster.Servers[0]), options, Cancelled);
        await using var second = await PgBouncerServer.StartAsync(Backend.Of(cluster.Servers[1]), options, Cancelled);
        await using var db = await Over([first, second]).ReadyAsync();

        Assert.Equal([EndpointRole.Primary, EndpointRole.Standby], db.Topology.Current.Endpoints.Select(static e => e.Role));
        Assert.Equal(new HashSet<int> { cluster.Servers[1].Port }, await AskOftenAsync(db));
        await ExecuteAsync(db, "CREATE TABLE t (n int)");
        for (var i = 1; i <= 100; i++)
        {
            await ExecuteAsync(db, "INSERT INTO t VALUES (1)");
            Assert.Equal(i, await AskAsync(db, "SELECT count(*)::int FROM t"));
        }
    }

    [Fact]
    public async Task In_session_mode_a_session_is_ones_own()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), new PgBouncerOptions { Mode = PoolMode.Session }, Cancelled);
        var log = new RecordedLog();
        await using var db = await Over([bouncer], PgBouncerMode.Session, log).KnownAsync();
        for (var i = 0; i < 5; i++)
        {
            await using var connection = db.CreateConnection();
            await connection.OpenAsync(Cancelled);
            await using var command = connection.CreateCommand();
            command.CommandText = "SET work_mem = '3MB'";
            await command.ExecuteNonQueryAsync(Cancelled);
            command.CommandText = "SELECT current_setting('work_mem')";
            Assert.Equal("3MB", await command.ExecuteScalarAsync(Cancelled));
        }

        Assert.Equal("4MB", await db.ReadAsync<string>("SELECT current_setting('work_mem')"));
        await db.TransactAsync((transaction, token) => RunAsync(transaction, "CREATE TABLE t (n int)", token), cancellationToken: Cancelled);
        Assert.Equal(0, log.Count(ProofUnavailable));
    }

    [Fact]
    public async Task What_it_does_not_pass_on_is_said()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), cancellationToken: Cancelled);
        var log = new RecordedLog();
        await using var db = Over([bouncer], log: log, configure: static b => b.Options.ConnectionString += ";Search Path=public");
        var refused = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => ExecuteAsync(db, "CREATE TABLE t (n int)"));
        Assert.Contains("unsupported startup parameter: search_path", refused.Message, StringComparison.Ordinal);
        Assert.Contains(log.Lines, static l => l.Id == 4001 && l.Text.Contains("ignore_startup_parameters", StringComparison.Ordinal));
    }

    static async Task WorkAsync(ResilientDataSource db, int n)
    {
        for (var i = 0; i < 20; i++)
        {
            await using var read = db.CreateCommand("SELECT $1::int + $2::int");
            read.Parameters.Add(new NpgsqlParameter<int> { TypedValue = n });
            read.Parameters.Add(new NpgsqlParameter<int> { TypedValue = i });
            Assert.Equal(n + i, await read.ExecuteScalarAsync(Cancelled));
            await using var write = db.CreateCommand("INSERT INTO t VALUES ($1)");
            write.Parameters.Add(new NpgsqlParameter<int> { TypedValue = n });
            Assert.Equal(1, await write.ExecuteNonQueryAsync(Cancelled));
            var result = await db.TransactAsync(
                async (transaction, token) =>
                {
                    await RunAsync(transaction, $"INSERT INTO t VALUES ({n})", token);
                    await RunAsync(transaction, $"SET LOCAL app.n = '{n}'", token);
                    await using var ask = transaction.CreateCommand("SELECT current_setting('app.n')::int");
                    return (int)(await ask.ExecuteScalarAsync(token))!;
                },
                cancellationToken: Cancelled);
            Assert.Equal(n, result.Value);
            Assert.Equal(n, await db.ReadAsync((c, ct) => Resilient.ScalarAsync<int>(c, $"SELECT {n}", ct), cancellationToken: Cancelled));
        }
    }

    static async Task RunAsync(ResilientTransaction transaction, string sql, CancellationToken token)
    {
        await using var command = transaction.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(token);
    }
}
