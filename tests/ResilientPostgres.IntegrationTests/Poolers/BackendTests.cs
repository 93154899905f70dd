using ResilientPostgres.IntegrationTests.Servers;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;
using static ResilientPostgres.IntegrationTests.Poolers.Pooled;

namespace ResilientPostgres.IntegrationTests.Poolers;

/// <summary>pgpool with the servers behind it given: reads are split by us, all else goes through it.</summary>
public sealed class BackendTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_go_to_standbys_that_are_fresh_and_nothing_else_does()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var pgpool = await PgpoolAsync(cluster);
        await using var db = await Over([pgpool], configure: b => b.UsePgpool(BackendsOf(cluster))).KnownAsync();
        await Eventually.TrueAsync(() => cluster.Standbys.All(s => db.Topology.ReplicationLag(db.Of(s).Endpoint) < TimeSpan.FromSeconds(1)), () => db.Topology.ToString());

        Assert.Equal(EndpointStatus.Detached, db.Of(cluster.Primary).Status);
        Assert.Equal(pgpool.Port, db.Topology.Current.Primary?.Endpoint.Port);
        Assert.Equal(cluster.Standbys.Select(static s => s.Port).Order(), (await AskOftenAsync(db)).Order().AsEnumerable());
        Assert.Equal(pgpool.Port, await db.WriteAsync((c, _) => Task.FromResult(c.Port), cancellationToken: Cancelled));
        Assert.Equal(new HashSet<int> { cluster.Primary.Port }, await AskOftenAsync(db, preference: ReadPreference.Primary));

        await ExecuteAsync(db, "CREATE TABLE t (n int)");
        for (var i = 1; i <= 50; i++)
        {
            await ExecuteAsync(db, "INSERT INTO t VALUES (1)");
            Assert.Equal(i, await AskAsync(db, "SELECT count(*)::int FROM t"));
        }

        await cluster.PauseReplayAsync(cluster.Standbys[0], Cancelled);
        await cluster.PauseReplayAsync(cluster.Standbys[1], Cancelled);
        await ExecuteAsync(db, "INSERT INTO t VALUES (1)");
        Assert.Equal(51, await AskAsync(db, "SELECT count(*)::int FROM t"));
        Assert.Equal(new HashSet<int> { cluster.Primary.Port }, await AskOftenAsync(db));
    }

    [Fact]
    public async Task A_promotion_by_pgpool_moves_the_reads_too()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var options = new PgpoolOptions { PromotesOnFailover = true, HealthCheckPeriod = TimeSpan.FromSeconds(1) };
        await using var pgpool = await PgpoolAsync(cluster, options);
        await using var db = await Over([pgpool], configure: b => b.UsePgpool(BackendsOf(cluster))).KnownAsync();
        await Until.TrueAsync(async () => (await pgpool.NodesAsync(Cancelled)).Select(static n => n.ServerRole).SequenceEqual(["primary", "standby", "standby"]), "the roles are found");
        await using var work = await Workload.StartAsync(db, writers: 2, readers: 2);
        await work.WritesAsync(50);

        await cluster.KillAsync(cluster.Primary, KillScope.AllProcesses, Cancelled);
        await Eventually.TrueAsync(() => db.Topology.Current is { Status: ClusterStatus.WithPrimary, Timeline: 2 }, () => db.Topology.ToString());
        await work.WritesAsync(50);
        await work.ReadsAsync(50);
        await work.StopAsync();
        Assert.Empty(work.FailedReads);
        Assert.Empty(work.FailedWrites);
        Assert.Equal(pgpool.Port, db.Topology.Current.Primary?.Endpoint.Port);
    }

    static string BackendsOf(PostgresCluster cluster) => string.Join(',', cluster.Servers.Select(static s => $"{s.Host}:{s.Port}"));
}
