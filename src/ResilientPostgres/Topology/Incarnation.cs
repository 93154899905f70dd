using NpgsqlTypes;

namespace ResilientPostgres.Topology;

/// <summary>
/// One life of a server between two recoveries or restarts, as seen: a restart changes when its postmaster started, a crash that the
/// postmaster survives changes when its statistics began.
/// </summary>
sealed record Incarnation(Endpoint Endpoint, long SystemIdentifier, DateTime StartedAt, DateTime? StatsReset)
{
    /// <summary>It was seen as a standby in this life.</summary>
    public bool WasInRecovery { get; init; }

    /// <summary>The timeline it writes, once it does.</summary>
    public uint? Timeline { get; init; }

    /// <summary>Where the recovery ended from which it came, once it writes; null if it started clean.</summary>
    public NpgsqlLogSequenceNumber? RecoveryEnd { get; init; }

    /// <summary>How far its own log was seen to be on disk.</summary>
    public NpgsqlLogSequenceNumber Flushed { get; init; }

    /// <summary>When it was first seen.</summary>
    public TimeSpan FirstSeen { get; init; }

    /// <summary>How long nobody had looked, in vain or not, before it was first seen.</summary>
    public TimeSpan Unwatched { get; init; }

    public bool Is(in ServerFacts facts) =>
        SystemIdentifier == facts.SystemIdentifier && StartedAt == facts.StartedAt && StatsReset == facts.StatsReset;

    public Incarnation With(in ServerFacts facts) => this with
    {
        WasInRecovery = WasInRecovery || facts.InRecovery,
        Timeline = facts.InRecovery ? Timeline : facts.Timeline,
        RecoveryEnd = facts.InRecovery ? RecoveryEnd : facts.RecoveryEnd,
        Flushed = !facts.InRecovery && facts.Lsn > Flushed ? facts.Lsn : Flushed,
    };
}
