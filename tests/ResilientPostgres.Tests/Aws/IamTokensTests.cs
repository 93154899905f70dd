using Amazon.Runtime;
using Microsoft.Extensions.Time.Testing;
using ResilientPostgres.Iam;

namespace ResilientPostgres.Tests.Aws;

public sealed class IamTokensTests
{
    const string Host = "blog.cabcdefghijk.eu-central-1.rds.amazonaws.com";

    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
    readonly AWSCredentials _credentials = new BasicAWSCredentials("AKIDEXAMPLE", "secret");

    [Fact]
    public async Task Token_IsMadeByTheInjectedClock_ForTheServersRegion()
    {
        var token = await MakeAsync(new IamAuthenticationOptions { Credentials = _credentials }, new Endpoint(Host));
        Assert.Equal(RdsToken.Sign(new Endpoint(Host), "eu-central-1", "app", _credentials.GetCredentials(), _time.GetUtcNow()), token);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Contains("X-Amz-Date=20260501T081000Z", await MakeAsync(new IamAuthenticationOptions { Credentials = _credentials }, new Endpoint(Host)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ForAServerDialledByAnotherName_NamesItAsRdsDoes()
    {
        var options = new IamAuthenticationOptions { Credentials = _credentials, RdsEndpoint = _ => new Endpoint(Host, 5432) };
        Assert.StartsWith($"{Host}:5432/?", await MakeAsync(options, new Endpoint("localhost", 15432)), StringComparison.Ordinal);
        Assert.Contains("%2Feu-central-1%2Frds-db%2F", await MakeAsync(options, new Endpoint("localhost", 15432)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GivenRegion_Counts()
    {
        var options = new IamAuthenticationOptions { Credentials = _credentials, Region = "eu-west-1" };
        Assert.Contains("%2Feu-west-1%2Frds-db%2F", await MakeAsync(options, new Endpoint(Host)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoRegion_SaysWhatToDo()
    {
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => MakeAsync(new IamAuthenticationOptions { Credentials = _credentials }, new Endpoint("db.example.com")));
        Assert.Contains("db.example.com", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Region", failed.Message, StringComparison.Ordinal);
    }

    Task<string> MakeAsync(IamAuthenticationOptions options, Endpoint endpoint) =>
        new IamTokens(options, _time).MakeAsync(new PasswordRequest(endpoint, "app", WasRefused: false), TestContext.Current.CancellationToken).AsTask();
}
