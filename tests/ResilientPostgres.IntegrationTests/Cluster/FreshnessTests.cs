using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Cluster;

public sealed class FreshnessTests
{
    static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(600);

    [Fact]
    public async Task A_paused_standby_gets_no_read_beyond_the_limit()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster, configure: Tight).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.ReadsAsync(100);

        var paused = cluster.Standbys[0];
        await cluster.PauseReplayAsync(paused);
        await AssertStarvesAsync(db, work, paused.Port);
        await cluster.ResumeReplayAsync(paused);
        var before = work.ReadsOn(paused.Port);
        await Eventually.TrueAsync(() => work.ReadsOn(paused.Port) > before + 20);

        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task A_standby_cut_off_from_its_primary_does_not_pass_as_fresh()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster, configure: Tight).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.ReadsAsync(100);

        var cutOff = cluster.Standbys[0];
        await cluster.DisconnectFromPrimaryAsync(cutOff);
        await AssertStarvesAsync(db, work, cutOff.Port);

        // It has replayed all it has received: the usual measures call that fresh.
        Assert.True(await Sql.ScalarAsync<bool>(cutOff, "SELECT pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"));
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task Standbys_of_an_idle_primary_stay_fresh()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster, configure: Tight).ReadyAsync();

        // Several times the limit without a single write.
        await Task.Delay(_limit * 4, TestContext.Current.CancellationToken);

        var ports = new HashSet<int>();
        for (var i = 0; i < 50; i++)
        {
            ports.Add(await db.PortAsync(ReadPreference.Standby));
        }

        Assert.Equal(cluster.Standbys.Select(static s => s.Port).Order(), ports.Order());
    }

    [Fact]
    public async Task With_no_fresh_standby_reads_go_to_the_primary_and_strict_ones_wait()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster, configure: Tight).ReadyAsync();
        await using var work = await Workload.StartAsync(db, readers: 0);
        foreach (var standby in cluster.Standbys)
        {
            await cluster.PauseReplayAsync(standby);
        }

        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints.Where(static e => e.Role == EndpointRole.Standby).All(e => db.Topology.ReplicationLag(e.Endpoint) > _limit));
        Assert.Equal(cluster.Primary.Port, await db.PortAsync(ReadPreference.PreferStandby));
        var strict = db.PortAsync(ReadPreference.Standby);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(strict.IsCompleted);
        var decision = db.Explain(ReadPreference.Standby);
        Assert.Null(decision.Chosen);
        Assert.Equal(2, decision.Rejections.Count(static r => r.Reason == RejectionReason.TooStale));

        await cluster.ResumeReplayAsync(cluster.Standbys[1]);
        Assert.Equal(cluster.Standbys[1].Port, await strict);
    }

    static void Tight(ResilientDataSourceBuilder builder)
    {
        builder.Options.MaxReplicationLag = _limit;
        builder.Options.Monitoring.ProbeInterval = TimeSpan.FromMilliseconds(100);
        builder.Options.Monitoring.ProbeTimeout = TimeSpan.FromMilliseconds(90);
    }

    /// <summary>Once the limit is passed, and while writing goes on, not one more read arrives there.</summary>
    static async Task AssertStarvesAsync(ResilientDataSource db, Workload work, int port)
    {
        var endpoint = db.Topology.Current.Endpoints.Single(e => e.Endpoint.Port == port).Endpoint;
        await Eventually.TrueAsync(() => db.Topology.ReplicationLag(endpoint) > _limit, () => $"lag {db.Topology.ReplicationLag(endpoint)}");
        await Task.Delay(200, TestContext.Current.CancellationToken); // Reads that were under way when it passed.
        var before = work.ReadsOn(port);
        await work.ReadsAsync(300);
        Assert.Equal(before, work.ReadsOn(port));
    }
}
