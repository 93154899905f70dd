using ResilientPostgres.Endpoints;

namespace ResilientPostgres.Settings;

/// <summary>Which of the servers that will do are to be preferred.</summary>
sealed record Affinity(EndpointLabel? Label, TimeSpan? MaxLatencyDifference = null)
{
    /// <summary>For when no server with the label will do.</summary>
    public Affinity? Unlabelled { get; } = MaxLatencyDifference is null ? null : Label is null ? null : new Affinity(null, MaxLatencyDifference);

    /// <summary>Null if nothing is preferred.</summary>
    public static Affinity? Freeze(AffinityOptions options) =>
        options is { Label: null, MaxLatencyDifference: null } ? null : new Affinity(EndpointLabel.Parse(options.Label), options.MaxLatencyDifference);
}
