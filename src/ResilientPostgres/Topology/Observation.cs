using System.Collections.Immutable;

namespace ResilientPostgres.Topology;

/// <summary>Something learned: the only thing that changes topology. Times are on the data source's own monotonic clock.</summary>
abstract record Observation
{
    /// <summary>A server answered. What it says held at some moment between the two times.</summary>
    public sealed record Probed(Endpoint Endpoint, TimeSpan SentAt, TimeSpan ReceivedAt, ServerFacts Facts) : Observation;

    /// <summary>A fresh connection, begun at that time, failed.</summary>
    public sealed record ProbeFailed(Endpoint Endpoint, TimeSpan SentAt, ProbeFailure Failure, string Reason) : Observation;

    /// <summary>
    /// A session behaved as if its server had trouble. With <see cref="IsEvidence"/> (end of stream, a crash notice, a refused
    /// connection) new work stays away until a probe has looked; without, the probe is only asked for.
    /// </summary>
    public sealed record Doubted(Endpoint Endpoint, int Generation, TimeSpan At, bool IsEvidence, string Reason) : Observation;

    /// <summary>These are the endpoints from now on. One that has been observed and is no longer among them is watched for the length of <see cref="Memory"/> longer.</summary>
    public sealed record EndpointsListed(ImmutableArray<ListedEndpoint> Endpoints, TimeSpan At, TimeSpan Memory) : Observation;

    /// <summary>An operator allows lower timelines again.</summary>
    public sealed record FenceReset : Observation;
}
