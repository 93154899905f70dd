using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Passwords;

namespace ResilientPostgres.Tests.Passwords;

public sealed class EndpointPasswordTests
{
    static readonly PasswordProviderOptions _tokens = new() { Lifetime = TimeSpan.FromMinutes(15), RefreshAhead = TimeSpan.FromMinutes(5) };

    readonly FakeSecret _secret = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static PostgresException Refusal { get; } = new("password authentication failed", "FATAL", "FATAL", PostgresErrorCodes.InvalidPassword);

    [Fact]
    public async Task Kept_UntilRefused()
    {
        var password = _secret.Password();
        Assert.Equal(0, password.Version);
        Assert.Equal("p1", await password.GetAsync(Cancellation));
        _secret.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal("p1", await password.GetAsync(Cancellation));
        Assert.Equal("p1", password.Get());
        Assert.Equal(new PasswordRequest(new Endpoint("a"), "app", WasRefused: false), Assert.Single(_secret.Requests));
    }

    [Fact]
    public async Task ManyAtOnce_AskOnce()
    {
        var gate = new TaskCompletionSource();
        _secret.Gate = gate.Task;
        var password = _secret.Password();
        var waiting = Enumerable.Range(0, 50).Select(_ => password.GetAsync(Cancellation).AsTask()).ToArray();
        var blocked = Task.Run(password.Get, Cancellation);
        gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), static p => Assert.Equal("p1", p));
        Assert.Equal("p1", await blocked);
        Assert.Single(_secret.Requests);
    }

    [Fact]
    public async Task EachServerAndRole_HasItsOwn()
    {
        var book = _secret.Book();
        Assert.Same(book.For(new Endpoint("a"), "app"), book.For(new Endpoint("A"), "app"));
        await book.For(new Endpoint("a"), "app").GetAsync(Cancellation);
        await book.For(new Endpoint("b"), "app").GetAsync(Cancellation);
        await book.For(new Endpoint("b", 5433), "app").GetAsync(Cancellation);
        await book.For(new Endpoint("b"), "admin").GetAsync(Cancellation);
        Assert.Equal(4, _secret.Requests.Count);
    }

    [Fact]
    public async Task Ageing_IsReplacedBesideWhileThePresentOneServes()
    {
        var password = _secret.Password(_tokens);
        Assert.Equal("p1", await password.GetAsync(Cancellation));
        _secret.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Equal("p1", await password.GetAsync(Cancellation));
        Assert.Single(_secret.Requests);

        var gate = new TaskCompletionSource();
        _secret.Gate = gate.Task;
        _secret.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("p1", await password.GetAsync(Cancellation));
        Assert.Equal("p1", await password.GetAsync(Cancellation));
        gate.SetResult();
        await UntilAsync(() => password.Version == 2);
        Assert.Equal("p2", await password.GetAsync(Cancellation));
        Assert.Equal(2, _secret.Requests.Count);
    }

    [Fact]
    public async Task Expired_IsNotUsed()
    {
        var password = _secret.Password(_tokens);
        await password.GetAsync(Cancellation);
        _secret.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal("p2", await password.GetAsync(Cancellation));
        Assert.All(_secret.Requests, static r => Assert.False(r.WasRefused));
    }

    [Fact]
    public async Task Lifetime_CountsFromTheAsking()
    {
        var gate = new TaskCompletionSource();
        _secret.Gate = gate.Task;
        var password = _secret.Password(_tokens);
        var first = password.GetAsync(Cancellation).AsTask();
        await UntilAsync(() => !_secret.Requests.IsEmpty);
        _secret.Time.Advance(TimeSpan.FromSeconds(20));
        gate.SetResult();
        await first;
        _secret.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(20));
        Assert.Equal("p2", await password.GetAsync(Cancellation));
    }

    [Fact]
    public async Task FailureAhead_KeepsThePresentOne_AndIsPaced()
    {
        var password = _secret.Password(_tokens);
        await password.GetAsync(Cancellation);
        _secret.Give = static _ => throw new IOException("store is down");
        _secret.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("p1", await password.GetAsync(Cancellation));
        await UntilAsync(() => _secret.Requests.Count == 2);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("p1", await password.GetAsync(Cancellation));
        }

        Assert.Equal(2, _secret.Requests.Count);
    }

    [Fact]
    public async Task Failure_IsTold_AndPaced()
    {
        var password = _secret.Password();
        _secret.Give = static _ => throw new IOException("store is down");
        var failed = await Assert.ThrowsAsync<PasswordUnavailableException>(() => password.GetAsync(Cancellation).AsTask());
        Assert.False(failed.IsRefused);
        Assert.Contains("store is down", failed.Message, StringComparison.Ordinal);
        Assert.Throws<PasswordUnavailableException>(() => password.Get());
        Assert.Single(_secret.Requests);

        _secret.Time.Advance(TimeSpan.FromSeconds(1));
        _secret.Give = static n => $"p{n}";
        Assert.Equal("p2", await password.GetAsync(Cancellation));
    }

    [Fact]
    public async Task Hanging_IsGivenUp()
    {
        _secret.Gate = new TaskCompletionSource().Task;
        var password = _secret.Password();
        var waiting = password.GetAsync(Cancellation).AsTask();
        await UntilAsync(() => !_secret.Requests.IsEmpty);
        while (!waiting.IsCompleted)
        {
            _secret.Time.Advance(TimeSpan.FromSeconds(31));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<PasswordUnavailableException>(() => waiting);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Empty_IsAFailure(string? given)
    {
        _secret.Give = _ => given!;
        await Assert.ThrowsAsync<PasswordUnavailableException>(() => _secret.Password().GetAsync(Cancellation).AsTask());
    }

    [Fact]
    public async Task Waiter_CanLeave_TheFetchGoesOn()
    {
        var gate = new TaskCompletionSource();
        _secret.Gate = gate.Task;
        var password = _secret.Password();
        using var leave = new CancellationTokenSource();
        var waiting = password.GetAsync(leave.Token).AsTask();
        await leave.CancelAsync();
        Assert.False((await Assert.ThrowsAsync<PasswordUnavailableException>(() => waiting)).IsRefused);
        gate.SetResult();
        Assert.Equal("p1", await password.GetAsync(Cancellation));
        Assert.Single(_secret.Requests);
    }

    [Fact]
    public async Task Refused_IsRenewedOnce_ForAllWhoUsedIt()
    {
        var password = _secret.Password();
        await password.GetAsync(Cancellation);
        var renewed = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => password.RenewAsync(1, Refusal, Cancellation).AsTask())));
        Assert.All(renewed, Assert.True);
        Assert.Equal("p2", await password.GetAsync(Cancellation));
        Assert.Equal([false, true], _secret.Requests.Select(static r => r.WasRefused));
    }

    [Fact]
    public async Task RefusedAgain_IsNeitherSentNorAskedForWithinThePause()
    {
        var password = _secret.Password();
        await password.GetAsync(Cancellation);
        Assert.True(await password.RenewAsync(1, Refusal, Cancellation));
        Assert.False(await password.RenewAsync(2, Refusal, Cancellation));
        for (var i = 0; i < 20; i++)
        {
            var refused = await Assert.ThrowsAsync<PasswordUnavailableException>(() => password.GetAsync(Cancellation).AsTask());
            Assert.True(refused.IsRefused);
            Assert.False(await password.RenewAsync(2, Refusal, Cancellation));
        }

        Assert.Equal(2, _secret.Requests.Count);
        _secret.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("p3", await password.GetAsync(Cancellation));
        Assert.True(_secret.Requests.Last().WasRefused);
    }

    [Fact]
    public async Task WrongSecret_IsAskedForAtMostOnceAPause()
    {
        var password = _secret.Password();
        for (var second = 0; second < 60; second++)
        {
            await TryToLogInAsync(password);
            _secret.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_secret.Requests.Count, 6, 7); // The first, and one every ten seconds.
    }

    [Fact]
    public async Task RefusalOfAnOlderOne_AsksNobody()
    {
        var password = _secret.Password();
        await password.GetAsync(Cancellation);
        await password.RenewAsync(1, Refusal, Cancellation);
        Assert.Equal("p2", await password.GetAsync(Cancellation));
        Assert.True(await password.RenewAsync(1, Refusal, Cancellation)); // It began before, and came late.
        Assert.Equal("p2", await password.GetAsync(Cancellation));
        Assert.Equal(2, _secret.Requests.Count);
    }

    [Fact]
    public async Task RefusalOfAPasswordThatIsNotOurs_IsLeft()
    {
        Assert.False(await _secret.Password().RenewAsync(0, Refusal, Cancellation));
        Assert.Empty(_secret.Requests);
    }

    [Fact]
    public async Task FirstLogin_WhoseVersionWasNotKnownYet_IsRenewed()
    {
        var password = _secret.Password();
        await password.GetAsync(Cancellation);
        Assert.True(await password.RenewAsync(0, Refusal, Cancellation));
        Assert.Equal("p2", await password.GetAsync(Cancellation));
    }

    [Fact]
    public async Task RenewalThatFails_IsToldByTheNextLogin()
    {
        var password = _secret.Password();
        await password.GetAsync(Cancellation);
        _secret.Give = static _ => throw new IOException("store is down");
        Assert.True(await password.RenewAsync(1, Refusal, Cancellation));
        var failed = await Assert.ThrowsAsync<PasswordUnavailableException>(() => password.GetAsync(Cancellation).AsTask());
        Assert.Equal(2, _secret.Requests.Count);
        Assert.True(failed.IsRefused);
        Assert.Contains("store is down", failed.Message, StringComparison.Ordinal);
    }

    async Task TryToLogInAsync(EndpointPassword password)
    {
        for (var retries = 0; retries < 2; retries++)
        {
            var used = password.Version;
            try
            {
                await password.GetAsync(Cancellation);
            }
            catch (PasswordUnavailableException)
            {
                return;
            }

            if (!await password.RenewAsync(used, Refusal, Cancellation))
            {
                return;
            }
        }
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Yield();
            Cancellation.ThrowIfCancellationRequested();
        }
    }
}
