using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Cluster;

/// <summary>What is repeated, and what is not.</summary>
public sealed class OutcomeTests
{
    [Fact]
    public async Task A_write_whose_answer_is_lost_is_unknown_and_not_repeated()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy))).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");

        proxy.Freeze(ProxyDirection.ToClient);
        var write = db.WriteAsync("INSERT INTO t VALUES (1)");
        await Eventually.TrueAsync(() => Sql.ScalarAsync<long>(Direct(cluster), "SELECT count(*) FROM t").GetAwaiter().GetResult() == 1);
        proxy.ResetAll();
        proxy.Thaw();

        var error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => write);
        Assert.False(error.IsTransient);
        Assert.Equal(proxy.Port, error.Endpoint!.Port);
        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task The_same_write_declared_idempotent_is_repeated()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy))).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int PRIMARY KEY)");

        proxy.Freeze(ProxyDirection.ToClient);
        var write = db.WriteAsync("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", OperationSafety.Idempotent);
        await Eventually.TrueAsync(() => Sql.ScalarAsync<long>(Direct(cluster), "SELECT count(*) FROM t").GetAwaiter().GetResult() == 1);
        proxy.ResetAll();
        proxy.Thaw();
        await write;

        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_write_that_was_never_sent_is_repeated_whatever_it_is()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await cluster.WaitForReplayAsync(cluster.Standbys[0], TestContext.Current.CancellationToken);
        var old = cluster.Primary;
        await cluster.StopAsync(old, StopMode.Immediate);
        await db.GoneAsync(old);
        var write = db.WriteAsync("INSERT INTO t VALUES (1)");
        await cluster.PromoteAsync(cluster.Standbys[0]);
        await write;

        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_refusal_of_the_server_is_its_own_exception()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();

        var error = await Assert.ThrowsAsync<PostgresException>(() => db.WriteAsync("INSERT INTO nowhere VALUES (1)"));

        Assert.Equal(PostgresErrorCodes.UndefinedTable, error.SqlState);
    }

    [Fact]
    public async Task A_delegate_with_a_committed_first_half_is_not_repeated_for_its_second()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");

        await Assert.ThrowsAsync<PostgresException>(() => db.WriteAsync(
            static async (c, ct) =>
            {
                await using var first = new NpgsqlCommand("INSERT INTO t VALUES (1)", c);
                await first.ExecuteNonQueryAsync(ct);
                await using var second = new NpgsqlCommand("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40001'; END $$", c);
                await second.ExecuteNonQueryAsync(ct);
            },
            cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_single_command_refused_for_concurrency_is_repeated()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE SEQUENCE tries; CREATE TABLE t (id bigint); CREATE FUNCTION third_time() RETURNS bigint LANGUAGE plpgsql AS 'DECLARE n bigint = nextval(''tries''); BEGIN IF n < 3 THEN RAISE SQLSTATE ''40001''; END IF; RETURN n; END'");

        await using var command = db.CreateCommand("INSERT INTO t SELECT third_time()");
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal(3, await db.ReadAsync<long>("SELECT id FROM t", ReadPreference.Primary));
    }

    static string Direct(PostgresCluster cluster) => cluster.Primary.ConnectionString + ";Database=app";
}
