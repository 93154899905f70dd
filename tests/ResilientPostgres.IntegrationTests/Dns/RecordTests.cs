using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Dns;

public sealed class RecordTests
{
    [Fact]
    public async Task Each_address_of_a_name_is_a_server_and_is_asked_for_no_more_often_than_its_records_say()
    {
        await using var cluster = await NamedCluster.StartAsync(standbys: 2);
        cluster.Names.SetAddresses("db.test", 2 * NamedCluster.Second, [.. cluster.Cluster.Servers.Select(static s => s.Host)]);
        await using var db = await cluster.OpenReadyAsync("db.test");

        Assert.Equal(3, db.Topology.Current.Endpoints.Length);
        Assert.True(db.IsPrimaryAt(cluster[0]));
        var readers = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            readers.Add(await db.AddressAsync());
        }

        Assert.Equal([cluster[1].Host, cluster[2].Host], readers.Order());
        Assert.Equal(cluster[0].Host, await db.AddressAsync(ReadPreference.Primary));

        var before = cluster.Names.CountOf("db.test", DnsRecordType.A);
        await Task.Delay(5 * NamedCluster.Second, TestContext.Current.CancellationToken);
        Assert.InRange(cluster.Names.CountOf("db.test", DnsRecordType.A) - before, 1, 3);
    }

    [Fact]
    public async Task Under_load_a_record_added_joins_and_one_removed_drains()
    {
        await using var cluster = await NamedCluster.StartAsync(standbys: 2);
        cluster.Lead("db.test", cluster[0], cluster[1]);
        await using var db = await cluster.OpenReadyAsync("db.test", configure: static b => b.Options.Monitoring.DiscoveryMemory = TimeSpan.FromSeconds(3));
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(100);
        Assert.Equal(0, work.ReadsOn(cluster[2]));

        cluster.Lead("db.test", cluster[0], cluster[1], cluster[2]);
        await Eventually.TrueAsync(() => work.ReadsOn(cluster[2]) > 50, () => db.Topology.ToString());

        cluster.Lead("db.test", cluster[0], cluster[2]);
        await Eventually.TrueAsync(() => db.At(cluster[1])?.Status == EndpointStatus.Draining, () => db.Topology.ToString());
        await Eventually.TrueAsync(() => db.At(cluster[1])!.InFlight == 0);
        var reads = work.ReadsOn(cluster[1]);
        await work.ReadsAsync(200);
        Assert.InRange(work.ReadsOn(cluster[1]) - reads, 0, 4); // Ended, and not yet counted.

        await Eventually.TrueAsync(() => db.At(cluster[1]) is null, () => db.Topology.ToString());
        await work.WritesAsync(50);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task Services_give_ports_and_weights_and_a_long_answer_comes_over_TCP()
    {
        await using var cluster = await NamedCluster.StartAsync(standbys: 2);
        cluster.Names.Set(
            "_postgresql._tcp.test",
            [.. Enumerable.Range(0, 3).Select(i => DnsRecord.Service($"pg-{i}.test", cluster.Port, NamedCluster.Second, priority: i == 2 ? 20 : 10, weight: 5))]);
        for (var i = 0; i < 3; i++)
        {
            cluster.Lead($"pg-{i}.test", cluster[i]);
        }

        cluster.Names.Behave("_postgresql._tcp.test", DnsFault.Truncated);
        await using var db = await cluster.OpenReadyAsync("nowhere.test", static o =>
        {
            o.IncludeHosts = false;
            o.Services.Add("_postgresql._tcp.test");
        });

        // The connection string's host has been looked at if the name server was slow.
        Assert.Equal(
            [("pg-0.test", 5), ("pg-1.test", 5), ("pg-2.test", 0)],
            db.Topology.Current.Endpoints.Where(static e => e.Endpoint.Address is not null).Select(static e => (e.Endpoint.Host, e.Endpoint.Weight)));
        Assert.Contains(cluster.Names.Queries, static q => q is { IsTcp: true, Type: DnsRecordType.Srv });
        Assert.Equal(cluster[1].Host, await db.AddressAsync());
        await db.WriteAsync("CREATE TABLE t (id int)");
    }

    [Fact]
    public async Task A_name_of_the_hosts_file_works_as_before()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var names = DnsTestServer.Start();
        await using var db = await Resilient.Over(
            cluster.ConnectionString.Replace("Host=127.0.0.1", "Host=localhost", StringComparison.Ordinal),
            configure: b => b.UseDns(o => o.NameServers.Add(names.EndPoint.ToString()))).ReadyAsync();

        await db.WriteAsync("CREATE TABLE t (id int)");
        Assert.All(db.Topology.Current.Endpoints, static e => Assert.Equal("localhost", e.Endpoint.Host));
        Assert.Equal("127.0.0.1", db.Topology.Current.Primary!.Endpoint.Address);
        Assert.Empty(names.Queries);
    }
}
