using ResilientPostgres.Dns.Lookup;

namespace ResilientPostgres.Tests.Dns;

public sealed class DnsListingTests
{
    [Fact]
    public async Task EveryAddress_IsAnEndpoint_OfItsName()
    {
        var bench = new DnsBench("pg.test:6000");
        bench.Names.Set("pg.test", 30, "10.0.0.1", "10.0.0.2", "fd00::1");

        Assert.Equal(["pg.test:6000 (10.0.0.1)", "pg.test:6000 (10.0.0.2)", "pg.test:6000 (fd00::1)"], await bench.NamesAsync());
        Assert.Equal("DNS (hosts)", bench.Name);
    }

    [Fact]
    public async Task WithoutIPv6_NoAaaaIsAskedFor()
    {
        var bench = new DnsBench("pg.test", static o => o.UseIPv6 = false);
        bench.Names.Set("pg.test", 30, "10.0.0.1", "fd00::1");

        Assert.Equal(["pg.test:5432 (10.0.0.1)"], await bench.NamesAsync());
        Assert.DoesNotContain(bench.Names.Asked, static a => a.Kind == RecordKind.Aaaa);
    }

    [Fact]
    public async Task AddressesAndSockets_StayAsTheyAre()
    {
        var bench = new DnsBench("10.0.0.9,[fd00::9]:6000,/var/run/postgresql,pg.test");
        bench.Names.Set("pg.test", 30, "10.0.0.1");

        Assert.Equal(["10.0.0.9:5432", "[fd00::9]:6000", "/var/run/postgresql:5432", "pg.test:5432 (10.0.0.1)"], await bench.NamesAsync());
        Assert.Equal(2, bench.Names.Asked.Count);
    }

    [Fact]
    public async Task OneAddressUnderSeveralNames_IsOneEndpoint()
    {
        var bench = new DnsBench("10.0.0.2,a.test,b.test,b.test:6000");
        bench.Names.Set("a.test", 30, "10.0.0.1", "10.0.0.2");
        bench.Names.Set("b.test", 30, "10.0.0.1", "10.0.0.3");

        var listing = await bench.AskAsync();

        Assert.Equal(
            ["10.0.0.2:5432", "a.test:5432 (10.0.0.1)", "b.test:5432 (10.0.0.3)", "b.test:6000 (10.0.0.1)", "b.test:6000 (10.0.0.3)"],
            listing.Endpoints.Select(static l => l.Endpoint.Name));
        Assert.Equal("a.test, b.test", listing.Endpoints[1].Note);
    }

    [Fact]
    public async Task AnAddress_KeepsItsName_WhileThatLeadsThere()
    {
        var bench = new DnsBench("a.test,b.test");
        bench.Names.Set("b.test", 1, "10.0.0.1");
        bench.Names.Set("a.test", 1, "10.0.0.2");
        await bench.AskAsync();

        bench.Names.Set("a.test", 1, "10.0.0.1", "10.0.0.2");
        bench.Pass(2);
        Assert.Equal(["b.test:5432 (10.0.0.1)", "a.test:5432 (10.0.0.2)"], await bench.NamesAsync());

        bench.Names.Set("b.test", 1, "10.0.0.3");
        bench.Pass(2);
        Assert.Equal(["a.test:5432 (10.0.0.1)", "a.test:5432 (10.0.0.2)", "b.test:5432 (10.0.0.3)"], await bench.NamesAsync());
    }

    [Fact]
    public async Task Services_HavePortsWeightsAndPriorities()
    {
        var bench = new DnsBench("ignored.test", static o =>
        {
            o.IncludeHosts = false;
            o.Services.Add("_postgresql._tcp.pg.test");
        });
        bench.Names.SetService("_postgresql._tcp.pg.test", 30, new("a.test", 5001, 10, 60000), new("b.test", 5002, 10, 30000), new("c.test", 5003, 10, 0), new("d.test", 5004, 20, 9));
        foreach (var (host, address) in new[] { ("a.test", "10.0.0.1"), ("b.test", "10.0.0.2"), ("c.test", "10.0.0.3"), ("d.test", "10.0.0.4") })
        {
            bench.Names.Set(host, 30, address);
        }

        var listing = await bench.AskAsync();

        Assert.Equal(
            [("a.test:5001 (10.0.0.1)", 1000), ("b.test:5002 (10.0.0.2)", 500), ("c.test:5003 (10.0.0.3)", 1), ("d.test:5004 (10.0.0.4)", 0)],
            listing.Endpoints.Select(static l => (l.Endpoint.Name, l.Endpoint.Weight)));
        Assert.All(listing.Endpoints, static l => Assert.Equal("_postgresql._tcp.pg.test", l.Note));
        Assert.Equal("DNS (_postgresql._tcp.pg.test)", bench.Name);
    }

    [Fact]
    public async Task Names_GiveRoles_UnlessTheyContradictEachOther()
    {
        var bench = new DnsBench("pg.test", static o =>
        {
            o.Primaries.Add("rw.test");
            o.Standbys.Add("ro.test:5432");
        });
        bench.Names.Set("pg.test", 30, "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
        bench.Names.Set("rw.test", 30, "10.0.0.1", "10.0.0.3");
        bench.Names.Set("ro.test", 30, "10.0.0.2", "10.0.0.3");

        Assert.Equal(
            [EndpointRole.Primary, EndpointRole.Standby, EndpointRole.Unknown, EndpointRole.Unknown],
            (await bench.AskAsync()).Endpoints.Select(static l => l.Role));
    }
}
