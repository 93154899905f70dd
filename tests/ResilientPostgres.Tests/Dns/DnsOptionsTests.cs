using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ResilientPostgres.Dns.Options;

namespace ResilientPostgres.Tests.Dns;

public sealed class DnsOptionsTests
{
    [Fact]
    public void Defaults_AreValid() => Assert.True(new DnsOptionsRules().Validate(null, new DnsEndpointOptions()).Succeeded);

    [Fact]
    public void Failures_NameKeyValueAndRemedy()
    {
        var options = new DnsEndpointOptions
        {
            Services = { "10.0.0.1" },
            Primaries = { "rw.test:0" },
            Standbys = { "" },
            NameServers = { "ns.test" },
            SearchDomains = ["a..b"],
            DotsOfFullName = 16,
            MinTimeToLive = TimeSpan.Zero,
            MaxTimeToLive = TimeSpan.FromDays(2),
            QueryTimeout = TimeSpan.FromSeconds(5),
            Retries = -1,
        };

        Assert.Equal(
            [
                "Services has '10.0.0.1', which is no name. Write one such as _postgresql._tcp.pg.example.",
                "Primaries has 'rw.test:0', which is no host. Write host or host:port, with a port between 1 and 65535.",
                "Standbys has '', which is no host. Write host or host:port, with a port between 1 and 65535.",
                "NameServers has 'ns.test', which is no address. Write one such as 10.0.0.2 or 10.0.0.2:53.",
                "SearchDomains has 'a..b', which is no domain. Write one such as svc.cluster.local.",
                "MinTimeToLive is 00:00:00; it must be between 00:00:01 and 01:00:00.",
                "MaxTimeToLive is 2.00:00:00; it must be between 00:00:01 and 1.00:00:00.",
                "Retries is -1; it must be between 0 and 10.",
                "DotsOfFullName is 16; it must be between 0 and 15.",
                "QueryTimeout is 00:00:05, but a name has only NameTimeout, 00:00:04, in all. Raise that, and Monitoring:DiscoveryTimeout above it.",
            ],
            new DnsOptionsRules().Validate(null, options).Failures);
    }

    [Fact]
    public void Nothing_ToAskFor_IsRefused()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder("Host=pg").UseDns(static o => o.IncludeHosts = false));
        Assert.Contains("IncludeHosts is false", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void ABadCluster_IsRefused() =>
        Assert.Contains(
            "UseCloudNativePg has 'my pg-r', which is no host.",
            Assert.Throws<OptionsValidationException>(static () => new ResilientDataSourceBuilder("Host=pg").UseCloudNativePg("my pg")).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task InAContainer_OptionsAreNamedBoundAndValidatedAtTheStart()
    {
        var services = new ServiceCollection();
        services.AddResilientPostgres("orders", static o => o.ConnectionString = "Host=pg.test").UseDns(static o => o.Retries = 3);
        services.Configure<DnsEndpointOptions>("orders", new ConfigurationBuilder().AddInMemoryCollection([new("Retries", "11"), new("Services:0", "_pg._tcp.test")]).Build());
        await using var provider = services.BuildServiceProvider();

        var refused = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IStartupValidator>().Validate);
        Assert.Equal(["Retries is 11; it must be between 0 and 10."], refused.Failures);
        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<ResilientDataSource>("orders"));
    }

    [Fact]
    public async Task InAContainer_TheProviderIsTheClusters()
    {
        var services = new ServiceCollection();
        services.AddResilientPostgres("Host=pg.test").UseCloudNativePg("pg", "db");
        await using var provider = services.BuildServiceProvider();

        Assert.NotNull(provider.GetRequiredService<ResilientDataSource>());
        Assert.Throws<InvalidOperationException>(() => new ResilientDataSourceBuilder("Host=pg").UseDns().UseDns());
    }
}
