using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Cluster;

public sealed class FailoverTests
{
    [Fact]
    public async Task A_killed_primary_costs_no_read_and_no_acknowledged_write()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.SynchronousReplication = true);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(100);

        var killed = cluster.Primary;
        await cluster.KillAsync(killed);
        var promoted = await cluster.MostAdvancedStandbyAsync();
        await cluster.PromoteAsync(promoted);
        await work.WritesAsync(100);

        Assert.Equal(promoted.Port, db.Topology.Current.Primary!.Endpoint.Port);
        Assert.Equal(2, db.Topology.Current.Timeline);
        Assert.Equal(EndpointStatus.Unreachable, db.Of(killed).Status);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task A_planned_switchover_costs_no_write()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(100);

        var (before, after) = (cluster.Primary, cluster.Standbys[0]);
        await cluster.SwitchoverAsync(after);
        await work.WritesAsync(100);

        Assert.Equal(after.Port, db.Topology.Current.Primary!.Endpoint.Port);
        await Eventually.TrueAsync(() => db.Of(before) is { Role: EndpointRole.Standby, Status: EndpointStatus.Available }, () => db.Topology.ToString());
        var reads = work.ReadsOn(before.Port);
        await Eventually.TrueAsync(() => work.ReadsOn(before.Port) > reads + 10);
        await work.AssertCleanAsync();
    }

    [Theory]
    [InlineData(StopMode.Fast)]
    [InlineData(StopMode.Immediate)]
    public async Task A_restarted_primary_goes_on_as_a_new_generation(StopMode how)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);
        var generation = db.Of(cluster.Primary).Generation;

        await cluster.RestartAsync(cluster.Primary, how);
        await work.WritesAsync(50);

        Assert.True(db.Of(cluster.Primary).Generation > generation);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task A_resurrected_primary_is_fenced_and_takes_no_write()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        var old = cluster.Primary;
        await cluster.KillAsync(old);
        await cluster.PromoteAsync(cluster.Standbys[0]);
        await db.GoneAsync(old);
        await db.WriteAsync("INSERT INTO t VALUES (1)");

        await cluster.StartAsync(old);
        await Eventually.TrueAsync(() => db.Of(old).Status == EndpointStatus.Fenced, () => db.Topology.ToString());
        for (var i = 0; i < 20; i++)
        {
            await db.WriteAsync("INSERT INTO t VALUES (2)");
        }

        Assert.Equal(0, await Sql.ScalarAsync<long>(Database(old), "SELECT count(*) FROM t WHERE id = 2"));
        Assert.Equal(ClusterStatus.WithPrimary, db.Topology.Current.Status);
    }

    [Fact]
    public async Task Terminating_one_session_takes_no_server_out()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);

        for (var i = 0; i < 5; i++)
        {
            await Sql.ExecuteAsync(cluster.Primary, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app' AND query LIKE 'INSERT%' LIMIT 1");
            await work.WritesAsync(20);
        }

        Assert.DoesNotContain(log.Lines, static l => l.Text.Contains("Unreachable", StringComparison.Ordinal));
        Assert.Equal(1, db.Of(cluster.Primary).Generation);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task While_the_primary_is_read_only_writes_wait()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await cluster.SetReadOnlyAsync(cluster.Primary, true);
        await Eventually.TrueAsync(() => db.Topology.Current.Primary is null, () => db.Topology.ToString());

        var write = db.WriteAsync("INSERT INTO t VALUES (1)");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(write.IsCompleted);
        await cluster.SetReadOnlyAsync(cluster.Primary, false);
        await write;

        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    static string Database(PostgresServer server) => server.ConnectionString + ";Database=app";
}
