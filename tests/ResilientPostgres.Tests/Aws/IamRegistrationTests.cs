using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ResilientPostgres.Tests.Aws;

/// <summary>What is refused at start, by name and with the remedy. Nothing is opened.</summary>
public sealed class IamRegistrationTests
{
    const string Good = "Host=blog.cluster-cabcdefghijk.eu-central-1.rds.amazonaws.com;Username=app;SSL Mode=VerifyFull";

    [Theory]
    [InlineData(Good)]
    [InlineData("Host=blog.cluster-cabcdefghijk.eu-central-1.rds.amazonaws.com;Username=app;SSL Mode=Require")]
    public async Task Build_Good(string text)
    {
        await using var db = new ResilientDataSourceBuilder(text).UseIamAuthentication().Build();
        Assert.Single(db.Topology.Current.Endpoints);
    }

    [Theory]
    [InlineData("Host=blog.cabcdefghijk.eu-central-1.rds.amazonaws.com;Username=app", "SSL Mode is Prefer", "VerifyFull")]
    [InlineData("Host=blog.cabcdefghijk.eu-central-1.rds.amazonaws.com;Username=app;SSL Mode=Allow", "SSL Mode is Allow", "VerifyFull")]
    [InlineData("Host=blog.cabcdefghijk.eu-central-1.rds.amazonaws.com;Username=app;SSL Mode=Disable", "SSL Mode is Disable", "VerifyFull")]
    [InlineData("Host=blog.cabcdefghijk.eu-central-1.rds.amazonaws.com;SSL Mode=VerifyFull", "Username is missing", "rds_iam")]
    [InlineData(Good + ";Password=hunter2", "Password is given", "Remove one")]
    [InlineData(Good + ";Passfile=missing.pgpass", "Passfile is given", "Remove one")]
    [InlineData("Host=db.example.com;Username=app;SSL Mode=VerifyFull", "'db.example.com'", "IamAuthenticationOptions.Region")]
    [InlineData("Host=blog.global-cabcdefghijk.global.rds.amazonaws.com;Username=app;SSL Mode=VerifyFull", "global.rds", "IamAuthenticationOptions.Region")]
    public void Build_NamesKeyValueAndRemedy(string text, string key, string remedy)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder(text).UseIamAuthentication().Build());
        var failure = Assert.Single(refused.Failures, static f => !f.Contains("no such file", StringComparison.Ordinal));
        Assert.Contains(key, failure, StringComparison.Ordinal);
        Assert.Contains(remedy, failure, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(15)]
    public void RefreshAhead_LiesWithinTheLifetime(int minutes)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder(Good).UseIamAuthentication(o => o.RefreshAhead = TimeSpan.FromMinutes(minutes)).Build());
        Assert.Contains("IamAuthenticationOptions.RefreshAhead", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GivenRegion_TakesAnyHost()
    {
        await using var db = new ResilientDataSourceBuilder("Host=db.example.com;Username=app;SSL Mode=VerifyFull").UseIamAuthentication(static o => o.Region = "eu-west-1").Build();
        Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder(Good).UseIamAuthentication(static o => o.Region = " ").Build());
    }

    [Fact]
    public async Task Host_DoesNotStart_AndAnotherClusterIsNotConcerned()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddResilientPostgres("orders", static o => o.ConnectionString = "Host=pg-a;Username=app;Password=x");
        builder.Services.AddResilientPostgres("Host=blog.cabcdefghijk.eu-central-1.rds.amazonaws.com;Username=app").UseIamAuthentication();
        using var host = builder.Build();

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal("postgres", refused.OptionsName);
        Assert.Contains("SSL Mode", Assert.Single(refused.Failures), StringComparison.Ordinal);
        Assert.NotNull(host.Services.GetRequiredKeyedService<ResilientDataSource>("orders"));
    }

    [Fact]
    public async Task Container_Good()
    {
        await using var provider = new ServiceCollection().AddResilientPostgres(Good).UseIamAuthentication().Services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<ResilientDataSource>());
    }
}
