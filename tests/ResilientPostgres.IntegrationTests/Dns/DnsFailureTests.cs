using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Dns;

public sealed class DnsFailureTests
{
    [Fact]
    public async Task Whatever_happens_to_DNS_the_last_good_servers_stay_in_use()
    {
        await using var cluster = await NamedCluster.StartAsync(standbys: 1);
        cluster.Lead("db.test", cluster[0], cluster[1]);
        await using var db = await cluster.OpenReadyAsync("db.test");
        await using var work = await Workload.StartAsync(db);
        var (unknown, again) = (0, 0);

        foreach (var fault in new[] { DnsFault.NoSuchName, DnsFault.ServerFailure, DnsFault.Refused, DnsFault.NoAnswer, DnsFault.None })
        {
            // Without a fault, but also without a record.
            cluster.Names.Behave("db.test", fault);
            cluster.Names.Set("db.test");
            await Eventually.TrueAsync(() => cluster.Log.Count(2006) == unknown + 1, () => $"{fault}: {db.Topology}");
            await work.WritesAsync(50);
            await work.ReadsAsync(50);
            Assert.Equal(2, db.Topology.Current.Endpoints.Count(static e => e.Status == EndpointStatus.Available));

            cluster.Names.Behave("db.test");
            cluster.Lead("db.test", cluster[0], cluster[1]);
            await Eventually.TrueAsync(() => cluster.Log.Count(2007) == again + 1, () => $"{fault}: {db.Topology}");
            (unknown, again) = (cluster.Log.Count(2006), cluster.Log.Count(2007));
        }

        Assert.Equal((5, 5), (unknown, again));
        Assert.Contains(cluster.Log.Lines, static l => l.Id == 2006 && l.Text.Contains("NXDOMAIN", StringComparison.Ordinal) && l.Text.Contains("2 endpoints", StringComparison.Ordinal));
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task One_name_that_fails_does_not_keep_the_others_from_changing()
    {
        await using var cluster = await NamedCluster.StartAsync(standbys: 2);
        cluster.Lead("a.test", cluster[0]);
        cluster.Lead("b.test", cluster[1]);
        await using var db = await cluster.OpenReadyAsync("a.test,b.test");

        cluster.Names.Behave("a.test", DnsFault.ServerFailure);
        await Eventually.TrueAsync(() => cluster.Log.Lines.Any(static l => l.Id == 6201), () => db.Topology.ToString());
        cluster.Lead("b.test", cluster[1], cluster[2]);
        await Eventually.TrueAsync(() => db.At(cluster[2])?.Status == EndpointStatus.Available, () => db.Topology.ToString());

        Assert.True(db.IsPrimaryAt(cluster[0]));
        Assert.Equal(0, cluster.Log.Count(2006));
        cluster.Names.Behave("a.test");
        await Eventually.TrueAsync(() => cluster.Log.Lines.Any(static l => l.Id == 6202));
    }
}
