using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Cluster;

public sealed class SplitBrainTests
{
    [Fact]
    public async Task A_standby_promoted_beside_its_primary_stops_writes_until_one_is_gone()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log, static b => b.Options.TotalTimeout = b.Options.AttemptTimeout = TimeSpan.FromSeconds(1)).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        var (primary, drill) = (cluster.Primary, cluster.Standbys[0]);
        await cluster.WaitForReplayAsync(drill, TestContext.Current.CancellationToken);

        await cluster.PromoteAsync(drill, repointOthers: false);
        await Eventually.TrueAsync(() => db.Topology.Current.Status == ClusterStatus.SplitBrain, () => db.Topology.ToString());
        var refused = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => db.WriteAsync("INSERT INTO t VALUES (1)"));
        Assert.Contains("SplitBrain", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, log.Count(1004));

        await cluster.StopAsync(primary, StopMode.Immediate);
        await Eventually.TrueAsync(() => db.Topology.Current.Primary?.Endpoint.Port == drill.Port, () => db.Topology.ToString());
        await db.WriteAsync("INSERT INTO t VALUES (2)");
        Assert.Equal(0, await db.ReadAsync<long>("SELECT count(*) FROM t WHERE id = 1", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_drill_on_a_server_that_may_not_become_primary_disturbs_nobody()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var drill = cluster.Standbys[0];
        await using var db = await Resilient.Over(cluster, configure: b => b.Options.Endpoints.Add(new EndpointOptions { Host = drill.Host, Port = drill.Port, CanBecomePrimary = false })).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);

        await cluster.PromoteAsync(drill, repointOthers: false);
        await Eventually.TrueAsync(() => db.Of(drill).Status == EndpointStatus.Detached, () => db.Topology.ToString());
        await Task.Delay(200, TestContext.Current.CancellationToken); // Reads that were under way when it was found out.
        var reads = work.ReadsOn(drill.Port);
        await work.WritesAsync(100);
        await work.ReadsAsync(100);

        Assert.Equal(reads, work.ReadsOn(drill.Port));
        Assert.Equal(ClusterStatus.WithPrimary, db.Topology.Current.Status);
        await work.AssertCleanAsync();
        var last = work.Acknowledged.Max();
        Assert.Equal(0, await Sql.ScalarAsync<long>(drill.ConnectionString + ";Database=app", $"SELECT count(*) FROM work WHERE id = {last}"));
    }

    [Fact]
    public async Task The_policy_can_keep_writes_on_the_primary()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster, configure: static b => b.Options.SplitBrain = SplitBrainAction.KeepCurrentPrimary).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);

        await cluster.PromoteAsync(cluster.Standbys[0], repointOthers: false);
        await Eventually.TrueAsync(() => db.Topology.Current.Status == ClusterStatus.SplitBrain, () => db.Topology.ToString());
        await work.WritesAsync(100);

        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task One_server_under_two_addresses_is_one_server()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var alias = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(cluster.ConnectionString.Replace("Host=", $"Host={alias.Host}:{alias.Port},", StringComparison.Ordinal)).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);

        Assert.Equal(ClusterStatus.WithPrimary, db.Topology.Current.Status);
        Assert.Equal(2, db.Topology.Current.Endpoints.Count(static e => e is { Role: EndpointRole.Primary, Status: EndpointStatus.Available }));

        // The name in use dies, the server does not.
        alias.Refuse();
        alias.ResetAll();
        await work.WritesAsync(50);
        Assert.Equal(1, db.Topology.Current.Timeline);
        await work.AssertCleanAsync();
    }
}
