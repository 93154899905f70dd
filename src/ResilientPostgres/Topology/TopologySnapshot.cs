using System.Collections.Immutable;
using System.Text;

namespace ResilientPostgres;

/// <summary>The cluster as last decided on: immutable, replaced whole, numbered.</summary>
public sealed class TopologySnapshot
{
    readonly TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TopologySnapshot(
        long version,
        ClusterStatus status,
        ImmutableArray<EndpointSnapshot> endpoints,
        EndpointSnapshot? primary,
        uint timeline,
        long? systemIdentifier)
    {
        Version = version;
        Status = status;
        Endpoints = endpoints;
        Primary = primary;
        PrimaryIndex = primary is null ? -1 : endpoints.IndexOf(primary);
        Timeline = timeline;
        SystemIdentifier = systemIdentifier;
        HasSeveralNames = primary is not null && endpoints.Any(e => !ReferenceEquals(e, primary) && e.IsNameOf(primary));
    }

    /// <summary>Counts up with each change.</summary>
    public long Version { get; }

    /// <summary>What is known of the cluster as a whole.</summary>
    public ClusterStatus Status { get; }

    /// <summary>All endpoints, in the order they were given.</summary>
    public ImmutableArray<EndpointSnapshot> Endpoints { get; }

    /// <summary>Where writes go now, or <see langword="null"/> while they wait.</summary>
    public EndpointSnapshot? Primary { get; }

    /// <summary>The highest timeline accepted; nothing is written to a lower one. 0 until the first primary.</summary>
    public long Timeline { get; }

    /// <summary>The cluster's system identifier, once known.</summary>
    public long? SystemIdentifier { get; }

    /// <summary>Where the primary stands among the endpoints; -1 without one.</summary>
    internal int PrimaryIndex { get; }

    /// <summary>More than one endpoint is the primary: the same server, answering under several names (poolers before it, or two addresses).</summary>
    internal bool HasSeveralNames { get; }

    /// <summary>Whether an endpoint is the primary, by whichever of its names.</summary>
    internal bool IsPrimary(Endpoint endpoint) => Primary is { } primary && (endpoint.Equals(primary.Endpoint) || (HasSeveralNames && IsOtherName(endpoint, primary)));

    bool IsOtherName(Endpoint endpoint, EndpointSnapshot primary)
    {
        foreach (var candidate in Endpoints)
        {
            if (candidate.Endpoint.Equals(endpoint))
            {
                return candidate.IsNameOf(primary);
            }
        }

        return false;
    }

    /// <summary>Completes when a newer snapshot stands: "select; none? await this within the deadline; again" loses no wake-up.</summary>
    internal Task Superseded => _superseded.Task;

    internal void Supersede() => _superseded.TrySetResult();

    internal bool DecidesSameAs(TopologySnapshot other)
    {
        if (Status != other.Status || Timeline != other.Timeline || SystemIdentifier != other.SystemIdentifier
            || Endpoints.Length != other.Endpoints.Length || !Equals(Primary?.Endpoint, other.Primary?.Endpoint))
        {
            return false;
        }

        for (var i = 0; i < Endpoints.Length; i++)
        {
            if (!Endpoints[i].DecidesSameAs(other.Endpoints[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A few readable lines: the cluster, then one line an endpoint.</summary>
    /// <returns>The dump.</returns>
    public override string ToString()
    {
        var text = new StringBuilder($"#{Version} {Status}, primary {Primary?.Endpoint.Name ?? "none"}, timeline {Timeline}");
        foreach (var endpoint in Endpoints)
        {
            text.Append("\n  ").Append(endpoint);
        }

        return text.ToString();
    }
}
