using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ResilientPostgres.Dns;
using ResilientPostgres.Endpoints;
using ResilientPostgres.Tests.DependencyInjection;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Dns;

/// <summary>A provider over a name server by table, asked as the core asks it.</summary>
sealed class DnsBench
{
    readonly ImmutableArray<Endpoint> _seeds;
    readonly DnsEndpointProvider _provider;

    public DnsBench(string hosts, Action<DnsEndpointOptions>? configure = null)
    {
        _seeds = HostList.Parse(hosts, 5432, []);
        var options = new DnsEndpointOptions { SearchDomains = [], DotsOfFullName = 1 };
        configure?.Invoke(options);
        _provider = new DnsEndpointProvider(options, Names);
    }

    public FakeNames Names { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public LogCapture Log { get; } = new();

    public string Name => _provider.Name;

    public Task<EndpointListing> AskAsync(bool isInDoubt = false) => _provider.ListAsync(
        new EndpointQuery(_seeds, TopologyState.Create(_seeds).Snapshot, isInDoubt, Time, Log, static (_, _) => throw new NotSupportedException()),
        TestContext.Current.CancellationToken);

    public async Task<string[]> NamesAsync(bool isInDoubt = false) => [.. (await AskAsync(isInDoubt)).Endpoints.Select(static l => l.Endpoint.Name)];

    public async Task<string> FailureAsync() => (await Assert.ThrowsAsync<DnsListingException>(() => AskAsync())).Message;

    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));
}
