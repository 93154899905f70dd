using System.Collections.Immutable;
using ResilientPostgres.Discovery;

namespace ResilientPostgres.Tests.Discovery;

/// <summary>What is made of a provider's answer.</summary>
public sealed class ListingRuleTests
{
    static readonly ListedEndpoint _a = new(new Endpoint("a", address: "10.0.0.1"));
    static readonly ListedEndpoint _b = new(new Endpoint("a", address: "10.0.0.2"));

    [Fact]
    public void Refuse_NothingListed_SaysSo()
    {
        Assert.Equal("it lists no endpoint", ListingRule.Refuse(null));
        Assert.Equal("it lists no endpoint", ListingRule.Refuse(new EndpointListing([])));
        Assert.Equal("it lists no endpoint", ListingRule.Refuse(new EndpointListing(default)));
    }

    [Fact]
    public void Refuse_ListedTwice_NamesIt()
    {
        Assert.Equal("it lists a:5432 (10.0.0.1) 2 times", ListingRule.Refuse(Of(_a, _b, _a)));
        Assert.Null(ListingRule.Refuse(Of(_a, _b)));
    }

    [Fact]
    public void Refuse_WhatNobodyCanDial_NamesIt()
    {
        Assert.Equal("it lists an endpoint that is null", ListingRule.Refuse(Of(_a, null!)));
        Assert.Equal("it lists an endpoint that is null", ListingRule.Refuse(Of(_a, new ListedEndpoint(null!))));
        Assert.Equal("it lists c:70000, whose port is not between 1 and 65535", ListingRule.Refuse(Of(_a, new ListedEndpoint(new Endpoint("c", 70000)))));
        Assert.Equal("it lists c:5432 with a weight of -1, which is not between 0 and 1000", ListingRule.Refuse(Of(new ListedEndpoint(new Endpoint("c", weight: -1)))));
        Assert.Equal("it lists 'c,d', which is not one host", ListingRule.Refuse(Of(new ListedEndpoint(new Endpoint("c,d")))));
    }

    [Fact]
    public void Describe_OptionsOfTheHost_HoldForEachAddress()
    {
        ImmutableArray<Endpoint> options = [new Endpoint("A", weight: 5, canBecomePrimary: false, labels: new Dictionary<string, string> { ["zone"] = "x" })];

        var listed = ListingRule.Describe(Of(_a, _b), options).Endpoints;

        Assert.Equal(["10.0.0.1", "10.0.0.2"], listed.Select(static l => l.Endpoint.Address));
        Assert.All(listed, static l => Assert.Equal((5, false, "x"), (l.Endpoint.Weight, l.Endpoint.CanBecomePrimary, l.Endpoint.Labels["zone"])));
    }

    [Fact]
    public void Describe_ServersBehindAPooler_StayAndAreNeverTakenForPoolers()
    {
        ImmutableArray<Endpoint> options = [new Endpoint("a"), new Endpoint("behind").AsBackend()];

        Assert.Equal([("a", false), ("behind", true)], Names(ListingRule.Describe(Of(_a), options)));
        Assert.Equal([("behind", true)], Names(ListingRule.Describe(Of(new ListedEndpoint(new Endpoint("behind", address: "10.0.0.3"))), options)));

        static IEnumerable<(string Host, bool IsBackend)> Names(EndpointListing listing) => listing.Endpoints.Select(static l => (l.Endpoint.Host, l.Endpoint.IsBackend));
    }

    [Fact]
    public void Describe_ProviderTakesItOutOfTheReads_StaysOut()
    {
        var listing = Of(new ListedEndpoint(new Endpoint("a", weight: 0, canBecomePrimary: false, labels: new Dictionary<string, string> { ["zone"] = "y", ["tag"] = "t" })));

        var listed = ListingRule.Describe(listing, [new Endpoint("a", weight: 5, labels: new Dictionary<string, string> { ["zone"] = "x" })]).Endpoints.Single().Endpoint;

        Assert.Equal((0, false, "x", "t"), (listed.Weight, listed.CanBecomePrimary, listed.Labels["zone"], listed.Labels["tag"]));
    }

    [Fact]
    public void Describe_NothingSaidOfIt_IsTheSame() => Assert.Same(_a, ListingRule.Describe(Of(_a), [new Endpoint("a")]).Endpoints.Single());

    [Fact]
    public void IsNews_RoleOrNumberChanged()
    {
        var before = new DiscoveryState(Of(_a, _b), default, null);

        Assert.False(ListingRule.IsNews(before, Of(_b, _a)));
        Assert.False(ListingRule.IsNews(before, Of(_a, _b with { Note = "lag 3" })));
        Assert.True(ListingRule.IsNews(before, Of(_a)));
        Assert.True(ListingRule.IsNews(before, Of(_a, _b with { Role = EndpointRole.Primary })));
    }

    static EndpointListing Of(params ListedEndpoint[] listed) => new([.. listed]);
}
