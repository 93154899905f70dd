using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Dns;

public sealed class LateNameTests
{
    [Fact]
    public async Task Writes_go_on_at_a_known_address_long_before_DNS_says_so()
    {
        await using var cluster = await NamedCluster.StartAsync(standbys: 1, static o => o.SynchronousReplication = true);
        cluster.Lead("rw.test", cluster[0]);
        cluster.Lead("ro.test", cluster[1]);
        await using var db = await cluster.OpenReadyAsync("rw.test", static o =>
        {
            o.Primaries.Add("rw.test");
            o.Standbys.Add("ro.test");
        });
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(100);

        await cluster.Cluster.KillAsync(cluster[0]);
        await cluster.PromoteAloneAsync(cluster[1]);
        await work.WritesAsync(50);
        Assert.Equal("ro.test", db.Topology.Current.Primary!.Endpoint.Host);

        // The name that leads there is another now, and so the pools are; nobody notices.
        await Task.Delay(3 * NamedCluster.Second, TestContext.Current.CancellationToken);
        cluster.Lead("rw.test", cluster[1]);
        cluster.Names.Remove("ro.test");
        await Eventually.TrueAsync(() => db.Topology.ToString().Contains("rw.test", StringComparison.Ordinal) && db.At(cluster[1]) is { } at, () => db.Topology.ToString());
        await work.WritesAsync(200);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task Services_of_CloudNativePG_follow_a_switchover_that_DNS_learns_of_late()
    {
        await using var cluster = await NamedCluster.StartAsync(standbys: 2);
        void Lead(int primary)
        {
            cluster.Lead("pg-r.test.svc", [.. cluster.Cluster.Servers]);
            cluster.Lead("pg-rw.test.svc", cluster[primary]);
            cluster.Lead("pg-ro.test.svc", [.. cluster.Cluster.Servers.Where(s => s != cluster[primary])]);
        }

        Lead(0);
        await using var db = await cluster.OpenReadyAsync(NamedCluster.CloudNativePg);
        Assert.Equal(3, db.Topology.Current.Endpoints.Length);
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(100);
        var before = db.Topology.Current.Endpoints.Select(static e => e.Endpoint).ToArray();

        await cluster.Cluster.SwitchoverAsync(cluster[1], TestContext.Current.CancellationToken);
        await work.WritesAsync(50);
        await Task.Delay(NamedCluster.Second, TestContext.Current.CancellationToken);
        Lead(1);
        await work.WritesAsync(200);

        Assert.True(db.IsPrimaryAt(cluster[1]));
        Assert.Equal(before, db.Topology.Current.Endpoints.Select(static e => e.Endpoint));
        await work.AssertCleanAsync();
    }
}
