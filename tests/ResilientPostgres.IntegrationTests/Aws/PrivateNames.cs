using System.Collections.Immutable;

namespace ResilientPostgres.IntegrationTests.Aws;

/// <summary>Another provider, with the addresses that its hosts have here.</summary>
sealed class PrivateNames(IEndpointProvider inner, Func<string, string> address) : IEndpointProvider
{
    public string Name => inner.Name;

    public async Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        var listing = await inner.ListAsync(query, cancellationToken);
        return listing with { Endpoints = [.. listing.Endpoints.Select(l => l with { Endpoint = At(l.Endpoint) })] };
    }

    Endpoint At(Endpoint endpoint) =>
        new(endpoint.Host, endpoint.Port, endpoint.Weight, endpoint.CanBecomePrimary, endpoint.Labels, address(endpoint.Host));
}
