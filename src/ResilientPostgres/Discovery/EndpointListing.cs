using System.Collections.Immutable;

namespace ResilientPostgres;

/// <summary>A provider's answer: all the endpoints there are.</summary>
/// <param name="Endpoints">Each once. The options' entries in <see cref="ResilientPostgresOptions.Endpoints"/> describe those of the same host and port further.</param>
public sealed record EndpointListing(ImmutableArray<ListedEndpoint> Endpoints)
{
    /// <summary>How long it may be used without asking again, as a DNS record's time to live; at least 1 second, at most <see cref="MonitoringOptions.DiscoveryInterval"/>, which is also the default.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>More for people, shown in the topology's dump: who answered, a planned switchover.</summary>
    public string? Note { get; init; }
}
