using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ResilientPostgres.Discovery;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Discovery;

/// <summary>Whom it asks, and what it makes of those that answer wrongly or not at all.</summary>
public sealed class PatroniProviderTests
{
    readonly FakePatroni _patroni = new();
    readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task AtFirst_AllAreAsked_ThenTheOneThatAnswered()
    {
        using var provider = Provider();
        _patroni.SayAll(FakePatroni.Body("a", 1));

        Assert.Equal("a:5432 Primary", Primary(await ListAsync(provider)));
        Assert.Equal(["http://a:8008/cluster", "http://b:8008/cluster"], _patroni.TakeAsked().Order());
        await ListAsync(provider);
        Assert.Single(_patroni.TakeAsked());
    }

    [Fact]
    public async Task Learnt_AreAskedToo_AndSurviveTheGiven()
    {
        using var provider = Provider("http://a:8008");
        _patroni.SayAll(FakePatroni.Body("a", 1));
        await ListAsync(provider);
        _patroni.Members.Clear();
        _patroni.Say("c", FakePatroni.Body("c", 2, "b c"));

        Assert.Equal("c:5432 Primary", Primary(await ListAsync(provider)));
        _patroni.TakeAsked();
        await ListAsync(provider, isInDoubt: true);
        Assert.Equal(["http://a:8008/cluster", "http://b:8008/cluster", "http://c:8008/cluster"], _patroni.TakeAsked().Order());
    }

    [Fact]
    public async Task Learnt_AreNotAsked_IfToldSo()
    {
        using var provider = Provider(static o => o.AsksLearntMembers = false, "http://a:8008");
        _patroni.SayAll(FakePatroni.Body("a", 1));
        await ListAsync(provider);
        _patroni.TakeAsked();
        await ListAsync(provider, isInDoubt: true);
        Assert.Equal(["http://a:8008/cluster"], _patroni.TakeAsked());
    }

    [Fact]
    public async Task Learnt_NeverLeadFromHttpsToHttp()
    {
        using var provider = Provider("https://a:8008");
        _patroni.SayAll(FakePatroni.Body("a", 1, scheme: "http"));
        await ListAsync(provider);
        _patroni.TakeAsked();
        await ListAsync(provider, isInDoubt: true);
        Assert.Equal(["https://a:8008/cluster"], _patroni.TakeAsked());
    }

    [Fact]
    public async Task NoUrls_TheSeedsAreAsked()
    {
        using var provider = Provider(static _ => { }, []);
        _patroni.SayAll(FakePatroni.Body("a", 1));
        await ListAsync(provider);
        Assert.Equal(["http://a:8008/cluster"], _patroni.TakeAsked());
    }

    [Fact]
    public async Task Path_IsKept()
    {
        using var provider = Provider("http://a/patroni/one");
        _patroni.SayAll(FakePatroni.Body("a", 1));
        await ListAsync(provider);
        Assert.Equal(["http://a/patroni/one/cluster"], _patroni.TakeAsked());
    }

    [Fact]
    public async Task InDoubt_TheNewestOfAllIsUsed()
    {
        using var provider = Provider();
        _patroni.SayAll(FakePatroni.Body("a", 1));
        await ListAsync(provider);
        _patroni.Say("b", FakePatroni.Body("b", 2));
        Assert.Equal("b:5432 Primary", Primary(await ListAsync(provider, isInDoubt: true)));
    }

    [Fact]
    public async Task Surprise_IsComparedWithTheOthers()
    {
        using var provider = Provider("http://a:8008", "http://b:8008", "http://c:8008");
        _patroni.SayAll(FakePatroni.Body("b", 2));
        await ListAsync(provider);

        // Cut off, and back at what it remembers.
        _patroni.Say("a", FakePatroni.Body("a", 1));
        _patroni.Say("b", FakePatroni.Body("a", 1));
        Assert.Equal("b:5432 Primary", Primary(await ListAsync(provider)));
    }

    [Fact]
    public async Task OneThatHangs_HoldsUpNobody()
    {
        using var provider = Provider();
        _patroni.Say("a", FakePatroni.Body("a", 1));
        _patroni.Hang("b");
        var listing = ListAsync(provider, isInDoubt: true);
        await AdvanceUntilAsync(listing, TimeSpan.FromMilliseconds(20));
        Assert.Equal("a:5432 Primary", Primary(await listing));
        Assert.True(_time.GetUtcNow() - _time.Start < TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task LastGood_Hangs_OthersAreAsked()
    {
        using var provider = Provider();
        _patroni.Say("a", FakePatroni.Body("a", 1));
        await ListAsync(provider);
        _patroni.Hang("a");
        _patroni.Say("b", FakePatroni.Body("a", 1));
        var listing = ListAsync(provider);
        await AdvanceUntilAsync(listing, TimeSpan.FromMilliseconds(100));
        Assert.Contains("answered by http://b:8008/", (await listing).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllHang_ItSaysSo()
    {
        using var provider = Provider();
        _patroni.Hang("a");
        _patroni.Hang("b");
        var listing = ListAsync(provider);
        await AdvanceUntilAsync(listing, TimeSpan.FromMilliseconds(100));
        var refused = await Assert.ThrowsAsync<IOException>(() => listing);
        Assert.Equal("http://a:8008/: no answer within 1 s; http://b:8008/: no answer within 1 s", refused.Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "it answers /cluster with 503")]
    [InlineData(HttpStatusCode.Redirect, "it answers /cluster with 302")]
    [InlineData(HttpStatusCode.Unauthorized, "it answers /cluster with 401")]
    public async Task OtherStatus_IsNoAnswer(HttpStatusCode status, string expected)
    {
        using var provider = Provider("http://a:8008");
        _patroni.Say("a", FakePatroni.Body("a", 1), status);
        Assert.Contains(expected, (await Assert.ThrowsAsync<IOException>(() => ListAsync(provider))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>", "no JSON")]
    [InlineData("{}", "names no members")]
    [InlineData("""{"members":[]}""", "names no members")]
    public async Task Garbage_IsNoAnswer(string body, string expected)
    {
        using var provider = Provider("http://a:8008");
        _patroni.Say("a", body);
        Assert.Contains(expected, (await Assert.ThrowsAsync<IOException>(() => ListAsync(provider))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooMuch_IsNoAnswer()
    {
        using var provider = Provider("http://a:8008");
        _patroni.Say("a", FakePatroni.Body("a", 1) + new string(' ', 2 << 20));
        await Assert.ThrowsAsync<IOException>(() => ListAsync(provider));
    }

    [Fact]
    public async Task OtherScope_IsRefused_WhereverItStands()
    {
        using var provider = Provider(static o => o.Scope = "orders", "http://a:8008");
        Assert.Equal("Patroni 'orders'", provider.Name);
        _patroni.Say("a", FakePatroni.Body("a", 1).Replace("""{"members""", """{"scope":"other","members""", StringComparison.Ordinal));
        Assert.Contains("scope 'other', not 'orders'", (await Assert.ThrowsAsync<IOException>(() => ListAsync(provider))).Message, StringComparison.Ordinal);

        SayOld("a", "other");
        Assert.Contains("scope 'other', not 'orders'", (await Assert.ThrowsAsync<IOException>(() => ListAsync(provider))).Message, StringComparison.Ordinal);
        SayOld("a", "orders");
        Assert.Equal("a:5432 Primary", Primary(await ListAsync(provider)));
        _patroni.Say("a", FakePatroni.Body("a", 1).Replace("""{"members""", """{"scope":"orders","members""", StringComparison.Ordinal));
        Assert.Equal("a:5432 Primary", Primary(await ListAsync(provider)));
    }

    [Fact]
    public async Task UserAndHeaders_AreSent_AndShownNowhere()
    {
        using var provider = Provider(
            static o =>
            {
                o.UserName = "app";
                o.Password = "geheim";
                o.Headers["X-Team"] = "orders";
            },
            "http://a:8008");
        _patroni.Say("a", FakePatroni.Body("a", 1));
        var listing = await ListAsync(provider);
        Assert.Equal("Basic YXBwOmdlaGVpbQ==", _patroni.Last!.Headers.Authorization!.ToString());
        Assert.Equal(["orders"], _patroni.Last.Headers.GetValues("X-Team"));
        Assert.DoesNotContain("geheim", $"{listing} {listing.Note} {provider.Name} {string.Join(' ', listing.Endpoints)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_ItEnds()
    {
        using var provider = Provider();
        _patroni.Hang("a");
        _patroni.Hang("b");
        using var stop = new CancellationTokenSource();
        var listing = provider.ListAsync(Query(isInDoubt: true), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listing);
    }

    [Fact]
    public void Dispose_DisposesTheHandler()
    {
        Provider().Dispose();
        Assert.True(_patroni.IsDisposed);
    }

    PatroniProvider Provider(params string[] urls) => Provider(static _ => { }, urls.Length > 0 ? urls : ["http://a:8008", "http://b:8008"]);

    PatroniProvider Provider(Action<PatroniOptions> configure, params string[] urls)
    {
        var options = new PatroniOptions { CreateHandler = () => _patroni };
        Array.ForEach(urls, url => options.Urls.Add(new Uri(url)));
        configure(options);
        PatroniRules.Check("postgres", options);
        return new PatroniProvider(options);
    }

    Task<EndpointListing> ListAsync(PatroniProvider provider, bool isInDoubt = false) => provider.ListAsync(Query(isInDoubt), TestContext.Current.CancellationToken);

    EndpointQuery Query(bool isInDoubt)
    {
        var seed = new Endpoint("a");
        return new EndpointQuery([seed], TopologyState.Create([seed]).Snapshot, isInDoubt, _time, NullLogger.Instance, static (_, _) => throw new NotSupportedException());
    }

    void SayOld(string host, string scope) => _patroni.Members[host] = (request, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
    {
        Content = new StringContent(request.RequestUri!.AbsolutePath == "/patroni" ? $$$"""{"state":"running","patroni":{"version":"3.0.2","scope":"{{{scope}}}"}}""" : FakePatroni.Body("a", 1)),
    });

    async Task AdvanceUntilAsync(Task task, TimeSpan step)
    {
        for (var i = 0; i < 500 && !task.IsCompleted; i++)
        {
            _time.Advance(step);
            await Task.Yield();
            await Task.WhenAny(task, Task.Delay(1, TestContext.Current.CancellationToken));
        }
    }

    static string Primary(EndpointListing listing) => $"{listing.Endpoints.Single(static l => l.Role == EndpointRole.Primary)}".Split(" (")[0];
}
