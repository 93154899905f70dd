using ResilientPostgres.Topology;

namespace ResilientPostgres;

/// <summary>One endpoint as last decided on. Immutable, but for the live figures it reads.</summary>
public sealed class EndpointSnapshot
{
    internal EndpointSnapshot(EndpointState state, EndpointStatus status, string? reason)
    {
        var facts = state.Facts;
        Endpoint = state.Endpoint;
        Status = status;
        Reason = reason;
        Generation = state.Generation;
        Gauge = state.Gauge;
        Role = status is EndpointStatus.Unknown or EndpointStatus.Unreachable or EndpointStatus.StartingUp or EndpointStatus.Misconfigured || facts is null
            ? EndpointRole.Unknown
            : facts.Value.InRecovery ? EndpointRole.Standby : EndpointRole.Primary;
        IsReadOnly = facts?.ReadOnly ?? false;
        Timeline = facts?.Timeline;
        SystemIdentifier = facts?.SystemIdentifier;
        StartedAt = facts?.StartedAt;
    }

    /// <summary>Which endpoint.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>What it is to the cluster; unknown while it does not answer.</summary>
    public EndpointRole Role { get; }

    /// <summary>Whether it may be used, and if not, why.</summary>
    public EndpointStatus Status { get; }

    /// <summary>More about the status, for people: the last error, or the rule that excludes it.</summary>
    public string? Reason { get; }

    /// <summary>Transactions begun there are read-only (a standby, or the server's <c>default_transaction_read_only</c>; not that of our role).</summary>
    public bool IsReadOnly { get; }

    /// <summary>The timeline it writes, or, where the role may see it, receives.</summary>
    public long? Timeline { get; }

    /// <summary>The cluster it belongs to.</summary>
    public long? SystemIdentifier { get; }

    /// <summary>When its postmaster started, by its own clock.</summary>
    public DateTime? StartedAt { get; }

    /// <summary>Counts up when the endpoint came back or its server restarted; each generation has pools of its own.</summary>
    public int Generation { get; }

    /// <summary>Sessions and operations of this data source that are there now.</summary>
    public int InFlight => Gauge.InFlight;

    /// <summary>Smoothed round trip of a probe; zero until the first.</summary>
    public TimeSpan Latency => TimeSpan.FromTicks(Gauge.LatencyTicks);

    internal EndpointGauge Gauge { get; }

    /// <summary>It is that server and may be used for it.</summary>
    internal bool IsNameOf(EndpointSnapshot primary) =>
        Role == EndpointRole.Primary && Status == EndpointStatus.Available && !IsReadOnly && StartedAt == primary.StartedAt && SystemIdentifier == primary.SystemIdentifier;

    /// <summary>Whether waiting callers need not be told of the difference.</summary>
    internal bool DecidesSameAs(EndpointSnapshot other) =>
        ReferenceEquals(Endpoint, other.Endpoint)
        && Role == other.Role
        && Status == other.Status
        && IsReadOnly == other.IsReadOnly
        && Timeline == other.Timeline
        && Generation == other.Generation
        && StartedAt == other.StartedAt
        && SystemIdentifier == other.SystemIdentifier;

    /// <summary>One line for people.</summary>
    /// <returns>Name, role, status, timeline and reason.</returns>
    public override string ToString() =>
        $"{Endpoint.Name} {Role}{(IsReadOnly && Role == EndpointRole.Primary ? " (read-only)" : "")} {Status}"
        + (Timeline is { } t ? $", timeline {t}" : "")
        + (Reason is null ? "" : $": {Reason}");
}
