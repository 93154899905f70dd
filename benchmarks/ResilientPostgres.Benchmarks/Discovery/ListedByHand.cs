using System.Collections.Immutable;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>A provider that lists what the scenario says.</summary>
sealed class ListedByHand(params Endpoint[] listed) : IEndpointProvider
{
    public string Name => "the benchmark";

    public ImmutableArray<Endpoint> Listed { get; set; } = [.. listed];

    public static Endpoint Of(PostgresServer server) => new(server.Host, server.Port);

    public Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(new EndpointListing([.. Listed.Select(static e => new ListedEndpoint(e))]) { ValidFor = TimeSpan.FromSeconds(1) });
}
