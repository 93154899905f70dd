using System.Collections.Immutable;

namespace ResilientPostgres.Discovery;

/// <summary>What the provider last said, for the dump.</summary>
/// <param name="Listing">The last good answer, described by the options; null before the first.</param>
/// <param name="At">When it was given.</param>
/// <param name="Failure">Why the newest question had no answer; null if it had.</param>
sealed record DiscoveryState(EndpointListing? Listing, TimeSpan At, string? Failure)
{
    public ImmutableArray<ListedEndpoint> Endpoints => Listing?.Endpoints ?? [];

    public ListedEndpoint? Find(Endpoint endpoint) => Endpoints.FirstOrDefault(l => l.Endpoint.Equals(endpoint));
}
