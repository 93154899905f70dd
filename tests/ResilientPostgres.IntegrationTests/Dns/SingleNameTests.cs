using System.Diagnostics;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Dns;

/// <summary>One name that leads to whichever server is the primary, as that of an RDS Multi-AZ instance does. Modelled; not run on AWS.</summary>
public sealed class SingleNameTests
{
    const string Name = "mydb.abc.eu-west-1.rds.amazonaws.test";

    [Fact]
    public async Task Writes_resume_right_after_the_name_has_moved_and_the_old_server_takes_none_when_it_is_back()
    {
        await using var cluster = await NamedCluster.StartAsync(standbys: 1, static o => o.SynchronousReplication = true);
        cluster.Names.SetAddresses(Name, 60 * NamedCluster.Second, cluster[0].Host);
        await using var db = await cluster.OpenReadyAsync(Name);
        await using var work = await Workload.StartAsync(db, readers: 0);
        await work.WritesAsync(100);

        await cluster.Cluster.KillAsync(cluster[0]);
        await cluster.PromoteAloneAsync(cluster[1]);
        await Task.Delay(2 * NamedCluster.Second, TestContext.Current.CancellationToken);
        Assert.Null(db.Topology.Current.Primary);
        var sinceMove = Stopwatch.StartNew();
        cluster.Names.SetAddresses(Name, 60 * NamedCluster.Second, cluster[1].Host);
        await work.WritesAsync(1);
        TestContext.Current.TestOutputHelper?.WriteLine($"writes after {sinceMove.ElapsedMilliseconds} ms");
        Assert.InRange(sinceMove.Elapsed, TimeSpan.Zero, 20 * NamedCluster.Second);
        await work.WritesAsync(50);

        // It still takes itself for the primary.
        await cluster.Cluster.StartAsync(cluster[0]);
        await Eventually.TrueAsync(() => db.At(cluster[0])?.Status == EndpointStatus.Fenced, () => db.Topology.ToString());
        await work.WritesAsync(50);
        var last = work.Acknowledged.Max();
        Assert.Equal(0, await Sql.ScalarAsync<long>(cluster[0].ConnectionString + ";Database=app", $"SELECT count(*) FROM work WHERE id = {last}"));

        await cluster.Cluster.RejoinAsync(cluster[0], TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => db.At(cluster[0]) is { Role: EndpointRole.Standby, Status: EndpointStatus.Draining }, () => db.Topology.ToString());
        await work.WritesAsync(50);
        Assert.True(db.IsPrimaryAt(cluster[1]));
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task An_old_server_that_the_name_still_leads_to_takes_no_write_once_it_is_read_only()
    {
        await using var cluster = await NamedCluster.StartAsync(standbys: 1, static o => o.SynchronousReplication = true);
        cluster.Names.SetAddresses(Name, 5 * NamedCluster.Second, cluster[0].Host);

        await using var db = await cluster.OpenReadyAsync(Name);
        await using var work = await Workload.StartAsync(db, readers: 0);
        await work.WritesAsync(100);

        await cluster.Cluster.SetReadOnlyAsync(cluster[0], true);
        await Eventually.TrueAsync(() => db.Topology.Current.Primary is null, () => db.Topology.ToString());
        await cluster.Cluster.WaitForReplayAsync(cluster[1], TestContext.Current.CancellationToken);
        await cluster.PromoteAloneAsync(cluster[1]);
        cluster.Names.SetAddresses(Name, 5 * NamedCluster.Second, cluster[1].Host);
        await work.WritesAsync(50);

        Assert.True(db.IsPrimaryAt(cluster[1]));
        await cluster.Cluster.SetReadOnlyAsync(cluster[0], false);
        await Eventually.TrueAsync(() => db.At(cluster[0])?.Status == EndpointStatus.Fenced, () => db.Topology.ToString());
        await work.WritesAsync(50);
        Assert.True(db.IsPrimaryAt(cluster[1]));
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task A_new_cluster_behind_the_name_is_adopted_once_the_old_one_takes_no_writes()
    {
        await using var blue = await NamedCluster.StartAsync(standbys: 0);
        await using var green = await RequirePostgres.StartClusterAsync(o =>
        {
            o.Standbys = 1; // Made from another template, and so another system.
            o.Addresses.Add("127.0.0.51");
            o.Addresses.Add("127.0.0.52");
            o.Port = blue.Port;
        });
        await Sql.ScalarAsync<object>(green.Primary.ConnectionString + ";Database=app", "CREATE TABLE t (id int); GRANT ALL ON t TO app");
        blue.Lead(Name, blue[0]);
        await using var db = await blue.OpenReadyAsync(Name);
        await db.WriteAsync("CREATE TABLE t (id int)");
        using var end = new CancellationTokenSource();
        var seen = WatchAsync(db, end.Token);

        blue.Lead(Name, green.Primary);
        await Eventually.TrueAsync(() => db.At(green.Primary)?.Status == EndpointStatus.Foreign, () => db.Topology.ToString());
        Assert.True(db.IsPrimaryAt(blue[0]));
        await blue.Cluster.SetReadOnlyAsync(blue[0], true);
        await db.UntilPrimaryAtAsync(green.Primary);
        await db.WriteAsync("INSERT INTO t VALUES (1)");

        Assert.Equal(1, await Sql.ScalarAsync<long>(green.Primary.ConnectionString + ";Database=app", "SELECT count(*) FROM t"));
        Assert.Equal(EndpointStatus.Foreign, db.At(blue[0])!.Status);
        await end.CancelAsync();
        Assert.Equal(TopologyEventKind.ClusterReplaced, Assert.Single(await seen));
    }

    static async Task<List<TopologyEventKind>> WatchAsync(ResilientDataSource db, CancellationToken cancellationToken)
    {
        var kinds = new List<TopologyEventKind>();
        try
        {
            await foreach (var happened in db.Topology.WatchAsync(cancellationToken))
            {
                if (happened.Kind == TopologyEventKind.ClusterReplaced)
                {
                    kinds.Add(happened.Kind);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }

        return kinds;
    }
}
