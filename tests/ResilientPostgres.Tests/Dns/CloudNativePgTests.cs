namespace ResilientPostgres.Tests.Dns;

public sealed class CloudNativePgTests
{
    static DnsBench Bench() => new("pg-rw.db.svc", static o =>
    {
        o.IncludeHosts = false;
        o.Members.Add("pg-r.db.svc");
        o.Primaries.Add("pg-rw.db.svc");
        o.Standbys.Add("pg-ro.db.svc");
    });

    [Fact]
    public async Task AddressesOfPods_AreOneEndpointEach()
    {
        var bench = Bench();
        bench.Names.Set("pg-r.db.svc", 5, "10.0.0.1", "10.0.0.2");
        bench.Names.Set("pg-rw.db.svc", 5, "10.0.0.1");
        bench.Names.Set("pg-ro.db.svc", 5, "10.0.0.2");

        var listing = await bench.AskAsync();
        Assert.Equal(["pg-r.db.svc:5432 (10.0.0.1)", "pg-r.db.svc:5432 (10.0.0.2)"], listing.Endpoints.Select(static l => l.Endpoint.Name));
        Assert.Equal([EndpointRole.Primary, EndpointRole.Standby], listing.Endpoints.Select(static l => l.Role));
        Assert.All(listing.Endpoints, static l => Assert.True(l.Endpoint.CanBecomePrimary));

        // A switchover changes what they are taken for, and not one endpoint.
        bench.Names.Set("pg-rw.db.svc", 5, "10.0.0.2");
        bench.Names.Set("pg-ro.db.svc", 5, "10.0.0.1");
        var after = await bench.AskAsync(isInDoubt: true);
        Assert.Equal(listing.Endpoints.Select(static l => l.Endpoint), after.Endpoints.Select(static l => l.Endpoint));
        Assert.Equal([EndpointRole.Standby, EndpointRole.Primary], after.Endpoints.Select(static l => l.Role));
    }

    [Fact]
    public async Task VirtualAddresses_AreToldFromThoseOfPods()
    {
        var bench = Bench();
        bench.Names.Set("pg-r.db.svc", 5, "10.96.0.1");
        bench.Names.Set("pg-rw.db.svc", 5, "10.96.0.2");
        bench.Names.Set("pg-ro.db.svc", 5, "10.96.0.3");

        var listing = await bench.AskAsync();

        Assert.Equal(["pg-rw.db.svc:5432 (10.96.0.2)", "pg-ro.db.svc:5432 (10.96.0.3)"], listing.Endpoints.Select(static l => l.Endpoint.Name));
        Assert.Equal([true, false], listing.Endpoints.Select(static l => l.Endpoint.CanBecomePrimary));
    }

    [Fact]
    public async Task WithoutStandbys_ThereIsThePrimary()
    {
        var bench = Bench();
        bench.Names.Set("pg-r.db.svc", 5, "10.0.0.1");
        bench.Names.Set("pg-rw.db.svc", 5, "10.0.0.1");

        var listed = Assert.Single((await bench.AskAsync()).Endpoints);
        Assert.Equal((EndpointRole.Primary, "pg-r.db.svc, pg-rw.db.svc"), (listed.Role, listed.Note));
    }
}
