using System.Net;
using ResilientPostgres.Dns.Lookup;

namespace ResilientPostgres.Tests.Dns;

public sealed class DnsMemoryTests
{
    [Theory]
    [InlineData(30, 30)]
    [InlineData(0, 2)]
    [InlineData(3600, 60)]
    public async Task ATimeToLive_Holds_WithinLimits(int seconds, int validFor)
    {
        var bench = new DnsBench("pg.test", static o => (o.MinTimeToLive, o.MaxTimeToLive) = (TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1)));
        bench.Names.Set("pg.test", seconds, "10.0.0.1");

        Assert.Equal(TimeSpan.FromSeconds(validFor), (await bench.AskAsync()).ValidFor);
        bench.Pass(validFor - 0.5);
        Assert.Equal(TimeSpan.FromSeconds(0.5), (await bench.AskAsync()).ValidFor);
        Assert.Equal(1, bench.Names.CountOf("pg.test"));

        bench.Pass(0.6);
        await bench.AskAsync();
        Assert.Equal(2, bench.Names.CountOf("pg.test"));
    }

    [Fact]
    public async Task InDoubt_EveryNameIsAskedAnew()
    {
        var bench = new DnsBench("pg.test", static o => o.Services.Add("_pg._tcp.test"));
        bench.Names.Set("pg.test", 300, "10.0.0.1");
        bench.Names.SetService("_pg._tcp.test", 300, new ServiceTarget("pg.test", 5432, 0, 0));
        await bench.AskAsync();

        bench.Names.Set("pg.test", 300, "10.0.0.2");

        Assert.Equal(["pg.test:5432 (10.0.0.1)"], await bench.NamesAsync());
        Assert.Equal(["pg.test:5432 (10.0.0.2)"], await bench.NamesAsync(isInDoubt: true));
        Assert.Equal(2, bench.Names.CountOf("_pg._tcp.test"));
    }

    [Fact]
    public async Task TheSmallestTimeToLive_Counts_AndTheOthersAreNotAsked()
    {
        var bench = new DnsBench("a.test,b.test");
        bench.Names.Set("a.test", 5, "10.0.0.1");
        bench.Names.Set("b.test", 60, "10.0.0.2");

        Assert.Equal(TimeSpan.FromSeconds(5), (await bench.AskAsync()).ValidFor);
        bench.Pass(6);
        await bench.AskAsync();

        Assert.Equal((2, 1), (bench.Names.CountOf("a.test"), bench.Names.CountOf("b.test")));
    }

    [Fact]
    public async Task AFailingName_KeepsItsLastGoodAddresses()
    {
        var bench = new DnsBench("a.test,b.test");
        bench.Names.Set("a.test", 5, "10.0.0.1");
        bench.Names.Set("b.test", 5, "10.0.0.2");
        await bench.AskAsync();

        bench.Names.Fail("a.test", "SERVFAIL");
        bench.Names.Set("b.test", 60, "10.0.0.3");
        bench.Pass(6);
        var listing = await bench.AskAsync();

        Assert.Equal(["a.test:5432 (10.0.0.1)", "b.test:5432 (10.0.0.3)"], listing.Endpoints.Select(static l => l.Endpoint.Name));
        Assert.Equal("a.test: SERVFAIL", listing.Note);
        Assert.Equal(TimeSpan.FromSeconds(5), listing.ValidFor);
        await bench.AskAsync();
        bench.Names.Set("a.test", 5, "10.0.0.4");
        Assert.Null((await bench.AskAsync()).Note);
        Assert.Equal(["NameUnknown", "NameKnownAgain"], bench.Log.Lines.Select(static l => l.Name));
    }

    [Fact]
    public async Task IfAllFail_ThereIsNoAnswer()
    {
        var bench = new DnsBench("a.test,b.test");
        Assert.Equal("a.test: no such name; b.test: no such name", await bench.FailureAsync());

        bench.Names.Set("a.test", 5, "10.0.0.1");
        Assert.Equal(["a.test:5432 (10.0.0.1)"], await bench.NamesAsync());
        bench.Names.Fail("a.test", "SERVFAIL");
        bench.Pass(6);
        Assert.Equal("a.test: SERVFAIL; b.test: no such name", await bench.FailureAsync());
    }

    [Fact]
    public async Task OneKindOfRecord_MayFailAlone()
    {
        var bench = new DnsBench("pg.test");
        bench.Names.Set("pg.test", 60, "10.0.0.1", "fd00::1");
        await bench.AskAsync();

        bench.Names.Set("pg.test", RecordKind.Aaaa, DnsReply.Failed("SERVFAIL"));
        bench.Names.Set("pg.test", RecordKind.A, new DnsReply(ReplyStatus.Found) { Addresses = [IPAddress.Parse("10.0.0.2")], TimeToLive = TimeSpan.FromSeconds(60) });
        var listing = await bench.AskAsync(isInDoubt: true);

        Assert.Equal(["pg.test:5432 (10.0.0.2)", "pg.test:5432 (fd00::1)"], listing.Endpoints.Select(static l => l.Endpoint.Name));
        Assert.Equal(TimeSpan.FromSeconds(5), listing.ValidFor);

        // That there is none is an answer.
        bench.Names.Set("pg.test", RecordKind.Aaaa, DnsReply.None("no such record"));
        Assert.Equal(["pg.test:5432 (10.0.0.2)"], await bench.NamesAsync(isInDoubt: true));
    }

    [Fact]
    public async Task OneNameThatHangs_DoesNotHoldUpTheOthers()
    {
        var bench = new DnsBench("a.test,b.test");
        bench.Names.Set("a.test", 60, "10.0.0.1");
        bench.Names.Hanging.Add("b.test");

        var asking = bench.AskAsync();
        Assert.False(asking.IsCompleted);
        bench.Pass(4);
        var listing = await asking;

        Assert.Equal(["a.test:5432 (10.0.0.1)"], listing.Endpoints.Select(static l => l.Endpoint.Name));
        Assert.Equal("b.test: no answer within 4 s (NameTimeout)", listing.Note);
    }

    [Fact]
    public async Task AServiceWhoseTargetFails_KeepsItsLastGoodAddress()
    {
        var bench = new DnsBench("a.test", static o => o.Services.Add("_pg._tcp.test"));
        bench.Names.Set("a.test", 60, "10.0.0.1");
        bench.Names.Set("b.test", 60, "10.0.0.2");
        bench.Names.SetService("_pg._tcp.test", 60, new ServiceTarget("b.test", 5432, 0, 0));
        await bench.AskAsync();

        bench.Names.Remove("b.test");
        var listing = await bench.AskAsync(isInDoubt: true);
        Assert.Equal(["a.test:5432 (10.0.0.1)", "b.test:5432 (10.0.0.2)"], listing.Endpoints.Select(static l => l.Endpoint.Name));
        Assert.Equal("_pg._tcp.test: b.test: no such name", listing.Note);

        bench.Names.Remove("_pg._tcp.test");
        Assert.Equal(2, (await bench.NamesAsync(isInDoubt: true)).Length);
    }
}
