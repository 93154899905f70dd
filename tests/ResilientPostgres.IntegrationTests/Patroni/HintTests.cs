using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Patroni;

/// <summary>What Patroni says is a hint: real servers decide.</summary>
public sealed class HintTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lie_about_the_leader_moves_no_write()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        using var patroni = new SaidPatroni(cluster);
        patroni.Say(cluster.Primary, 1);
        await using var db = await Resilient.Over(cluster, configure: patroni.Configure).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);
        var generation = db.Of(cluster.Primary).Generation;

        foreach (var liar in cluster.Standbys)
        {
            patroni.Say(liar, 9);
            await Eventually.TrueAsync(() => IsListedAsPrimary(db, liar), () => db.Topology.ToString());
            await work.WritesAsync(50);
            Assert.Equal(cluster.Primary.Port, db.Topology.Current.Primary?.Endpoint.Port);
        }

        patroni.Say(null, 1);
        await Eventually.TrueAsync(() => !cluster.Servers.Any(s => IsListedAsPrimary(db, s)), () => db.Topology.ToString());
        await work.WritesAsync(50);
        Assert.Equal((generation, 1), (db.Of(cluster.Primary).Generation, (int)db.Topology.Current.Timeline));
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task A_stale_answer_moves_no_write_and_holds_none_up()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.SynchronousReplication = true);
        using var patroni = new SaidPatroni(cluster);
        var old = cluster.Primary;
        patroni.Say(old, 1);
        await using var db = await Resilient.Over(cluster, configure: patroni.Configure).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);

        await cluster.KillAsync(old, cancellationToken: Cancelled);
        var promoted = await cluster.MostAdvancedStandbyAsync(Cancelled);
        await cluster.PromoteAsync(promoted, cancellationToken: Cancelled);
        await work.WritesAsync(50);
        Assert.Equal(promoted.Port, db.Topology.Current.Primary!.Endpoint.Port);

        // And back comes the one that the answer still takes for the leader.
        await cluster.StartAsync(old, Cancelled);
        await Eventually.TrueAsync(() => db.Of(old).Status == EndpointStatus.Fenced, () => db.Topology.ToString());
        await work.WritesAsync(100);
        Assert.Equal(promoted.Port, db.Topology.Current.Primary!.Endpoint.Port);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task A_takeover_is_confirmed_while_the_old_primary_still_answers()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        using var patroni = new SaidPatroni(cluster);
        var (old, promoted) = (cluster.Primary, cluster.Standbys[0]);
        patroni.Say(old, 1);
        await using var db = await Resilient.Over(cluster, configure: patroni.Configure).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await cluster.WaitForReplayAsync(promoted, Cancelled);

        await cluster.PromoteAsync(promoted, repointOthers: false, Cancelled);
        await Eventually.TrueAsync(() => db.Topology.Current.Status == ClusterStatus.SplitBrain, () => db.Topology.ToString());

        patroni.Say(promoted, 2);
        await Eventually.TrueAsync(() => db.Topology.Current.Primary?.Endpoint.Port == promoted.Port, () => db.Topology.ToString());
        await db.WriteAsync("INSERT INTO t VALUES (1)");
        Assert.Equal(1, await Sql.ScalarAsync<long>(promoted.ConnectionString + ";Database=app", "SELECT count(*) FROM t"));
        Assert.False(await Sql.ScalarAsync<bool>(old, "SELECT pg_is_in_recovery()"));
    }

    static bool IsListedAsPrimary(ResilientDataSource db, PostgresServer server) =>
        db.Topology.ToString().Contains($"listed as Primary ({server.Name}:", StringComparison.Ordinal);
}
