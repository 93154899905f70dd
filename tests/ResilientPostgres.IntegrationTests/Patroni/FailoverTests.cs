using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Patroni;

/// <summary>A real Patroni moves the lead under load.</summary>
public sealed class FailoverTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Switchovers_now_and_planned_cost_no_write()
    {
        await using var cluster = await StartAsync();
        await using var db = await OverAsync(cluster);
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(100);

        var next = await cluster.SwitchoverAsync(cancellationToken: Cancelled);
        await work.WritesAsync(100);
        Assert.Equal(next.Port, db.Topology.Current.Primary!.Endpoint.Port);
        await cluster.WaitForReplicasAsync(Cancelled);
        await db.ShowsAsync("sync_standby");

        await cluster.ScheduleSwitchoverAsync(TimeProvider.System.GetUtcNow().AddSeconds(8), cancellationToken: Cancelled);
        await db.ShowsAsync("planned at");
        await Eventually.TrueAsync(() => db.Topology.Current.Primary is { } now && now.Endpoint.Port != next.Port, () => db.Topology.ToString());
        await work.WritesAsync(100);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task A_killed_leader_costs_no_acknowledged_write_and_comes_back_as_a_standby()
    {
        await using var cluster = await StartAsync();
        await using var db = await OverAsync(cluster);
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(100);

        var failover = await cluster.KillLeaderAsync(Cancelled);
        await work.WritesAsync(100);
        Assert.Equal(failover.Promoted.Port, db.Topology.Current.Primary!.Endpoint.Port);

        await cluster.StartAsync(failover.Killed, Cancelled);
        await db.UntilAsync(failover.Killed, EndpointRole.Standby);
        var reads = work.ReadsOn(failover.Killed.Port);
        await Eventually.TrueAsync(() => work.ReadsOn(failover.Killed.Port) > reads + 10, () => db.Topology.ToString());
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task A_member_that_leaves_and_comes_back_costs_nothing()
    {
        await using var cluster = await StartAsync();
        await using var db = await OverAsync(cluster);
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);
        var leader = await cluster.WaitForLeaderAsync(Cancelled);
        var leaving = cluster.Members.Last(m => m != leader);

        await cluster.KillAsync(leaving, Cancelled);
        await db.ShowsAsync("2 endpoints");
        await work.WritesAsync(50);

        await cluster.StartAsync(leaving, Cancelled);
        await db.ShowsAsync("3 endpoints");
        await db.UntilAsync(leaving, EndpointRole.Standby);
        var reads = work.ReadsOn(leaving.Port);
        await Eventually.TrueAsync(() => work.ReadsOn(leaving.Port) > reads + 10, () => db.Topology.ToString());
        await work.AssertCleanAsync();
    }

    /// <summary>Nobody stops a server whose Patroni hangs: both accept writes. Patroni's word decides, and with synchronous replication the old one can acknowledge nothing.</summary>
    [Fact]
    public async Task A_leader_whose_Patroni_hangs_is_left_for_the_one_that_Patroni_names()
    {
        await using var cluster = await StartAsync();
        await using var db = await OverAsync(cluster);
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);
        var old = await cluster.WaitForLeaderAsync(Cancelled);

        await cluster.FreezePatroniAsync(old, Cancelled);
        await Eventually.TrueAsync(() => db.Topology.Current.Primary is { } now && now.Endpoint.Port != old.Port, () => db.Topology.ToString());
        await work.WritesAsync(50);
        Assert.False(await Sql.ScalarAsync<bool>(old.ConnectionString, "SELECT pg_is_in_recovery()"));

        // As a watchdog does. A Patroni 3.0 that woke up would take the lead back, on the old timeline.
        await cluster.KillAsync(old, Cancelled);
        await cluster.StartAsync(old, Cancelled);
        await db.UntilAsync(old, EndpointRole.Standby);
        await work.AssertCleanAsync();
    }

    static Task<PatroniCluster> StartAsync()
    {
        Servers.RequirePart.Patroni();
        return PatroniCluster.StartAsync(new PatroniClusterOptions { Synchronous = true }, Cancelled);
    }

    /// <summary>Until a standby is the synchronous one, Patroni lets none take over.</summary>
    static async Task<ResilientDataSource> OverAsync(PatroniCluster cluster)
    {
        var db = await PatroniDb.Over(cluster).ReadyAsync(cluster);
        await db.ShowsAsync("sync_standby");
        return db;
    }
}
