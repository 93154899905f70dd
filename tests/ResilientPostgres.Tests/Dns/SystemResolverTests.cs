using ResilientPostgres.Dns.Lookup;

namespace ResilientPostgres.Tests.Dns;

public sealed class SystemResolverTests
{
    static readonly string[] _resolvConf = ["# a comment", "nameserver 10.0.0.10", "search db.svc.cluster.local svc.cluster.local cluster.local.", "options attempts:2 ndots:5"];

    [Fact]
    public async Task WhatDnsDoesNotKnow_TheSystemMay()
    {
        var bench = new DnsBench("pg,localhost");
        bench.Names.SetOfSystem("pg", "10.0.0.1");
        bench.Names.SetOfSystem("localhost", "127.0.0.1", "::1");

        var listing = await bench.AskAsync();

        Assert.Equal(["pg:5432 (10.0.0.1)", "localhost:5432 (127.0.0.1)", "localhost:5432 (::1)"], listing.Endpoints.Select(static l => l.Endpoint.Name));
        Assert.Equal(TimeSpan.FromSeconds(10), listing.ValidFor);
        Assert.Equal(0, bench.Names.CountOf("localhost"));
        Assert.Equal(1, bench.Names.CountOf("pg"));
    }

    [Fact]
    public async Task WhereNoNameServerAnswers_TheSystemMayKnow()
    {
        var bench = new DnsBench("pg");
        bench.Names.Fail("pg", "no answer");
        bench.Names.SetOfSystem("pg", "10.0.0.1");

        Assert.Equal(["pg:5432 (10.0.0.1)"], await bench.NamesAsync());
    }

    [Fact]
    public async Task WhatDnsKnewOnce_TheSystemIsNotAsked()
    {
        var bench = new DnsBench("pg.test");
        bench.Names.SetOfSystem("pg.test", "10.0.0.9");
        bench.Names.Set("pg.test", 1, "10.0.0.1");
        await bench.AskAsync();

        bench.Names.Remove("pg.test");
        bench.Pass(2);

        Assert.Equal("pg.test: no such name", await bench.FailureAsync());
        Assert.Empty(bench.Names.AskedOfSystem);
    }

    [Fact]
    public async Task TheSystem_CanBeLeftOut()
    {
        var bench = new DnsBench("pg", static o => o.UseSystemResolver = false);
        bench.Names.SetOfSystem("pg", "10.0.0.1");

        Assert.Equal("pg: no such name", await bench.FailureAsync());
    }

    [Fact]
    public async Task ShortNames_AreCompleted()
    {
        var bench = new DnsBench("pg-rw", static o => o.SearchDomains = ["db.test", "test"]);
        bench.Names.Set("pg-rw.test", 30, "10.0.0.1");

        Assert.Equal(["pg-rw:5432 (10.0.0.1)"], await bench.NamesAsync());
        Assert.Equal(["pg-rw.db.test.", "pg-rw.test."], bench.Names.Asked.Select(static a => a.Name).Distinct());

        // By that name it is found at once the next time.
        bench.Names.Asked.Clear();
        await bench.AskAsync(isInDoubt: true);
        Assert.Equal(["pg-rw.test."], bench.Names.Asked.Select(static a => a.Name).Distinct());
    }

    [Theory]
    [InlineData("pg", "pg.db.svc.cluster.local. pg.svc.cluster.local. pg.cluster.local. pg.")]
    [InlineData("pg-rw.db.svc", "pg-rw.db.svc.db.svc.cluster.local. pg-rw.db.svc.svc.cluster.local. pg-rw.db.svc.cluster.local. pg-rw.db.svc.")]
    [InlineData("a.b.c.d.e.f", "a.b.c.d.e.f. a.b.c.d.e.f.db.svc.cluster.local. a.b.c.d.e.f.svc.cluster.local. a.b.c.d.e.f.cluster.local.")]
    [InlineData("pg.example.", "pg.example.")]
    public void Candidates_AreTheSystems(string name, string candidates) =>
        Assert.Equal(candidates, string.Join(' ', SearchList.Parse(_resolvConf).Candidates(name)));

    [Fact]
    public void WithNameServersOfItsOwn_TheSystemsSearchListIsNotUsed() =>
        Assert.Equal(["pg."], SearchList.Of(new DnsEndpointOptions { NameServers = { "10.0.0.1" } }).Candidates("pg"));
}
