using NpgsqlTypes;

namespace ResilientPostgres.Topology;

/// <summary>What one probe statement learned from a server.</summary>
/// <param name="InRecovery">It is a standby.</param>
/// <param name="ReadOnly">Transactions there are read-only for everybody, not merely for our role.</param>
/// <param name="SystemIdentifier">Which cluster it belongs to; initdb gives each its own.</param>
/// <param name="StartedAt">Start of its postmaster: with the identifier, which server it is, by whatever name it was reached.</param>
/// <param name="Lsn">Flushed log on a server not in recovery, replayed log on a standby.</param>
/// <param name="Timeline">The timeline written to, or, where the role may see it (pg_monitor), received; null when not known.</param>
/// <param name="RecoveryEnd">Where the recovery ended from which this server came; null if it started clean.</param>
/// <param name="StatsReset">When its statistics began: a crash begins them anew, also one that the postmaster survives.</param>
/// <param name="KeptTimeline">The timeline of what a standby has replayed and kept in its control file (a checkpoint, the end of what it must replay at least): proof that it is on it, if an old one.</param>
/// <param name="CommitsWait">Commits of this role wait for the disk, so that what is acknowledged is on it.</param>
/// <param name="ToldLag">How far a reader of Aurora says that it is behind, with the age of that word; null where it says nothing, or is asked for its log instead.</param>
/// <param name="HasLog">Its log has positions that are told. On Aurora there are none, and so no timeline, no guard and no proof of a commit.</param>
readonly record struct ServerFacts(
    bool InRecovery,
    bool ReadOnly,
    long SystemIdentifier,
    DateTime StartedAt,
    NpgsqlLogSequenceNumber Lsn,
    uint? Timeline,
    NpgsqlLogSequenceNumber? RecoveryEnd,
    DateTime? StatsReset = null,
    uint? KeptTimeline = null,
    bool CommitsWait = true,
    TimeSpan? ToldLag = null,
    bool HasLog = true)
{
    public bool IsWritable => !InRecovery && !ReadOnly;

    /// <summary>
    /// Whether a standby provably replays a timeline: it receives it, or has kept something of it. Its position alone shows nothing, for an old
    /// timeline may have gone on beyond the point where the new one began.
    /// </summary>
    public bool IsOn(uint timeline) => InRecovery && (Timeline == timeline || KeptTimeline == timeline);

    /// <summary>The same process under two names is one server, never a split brain.</summary>
    public bool IsSameServerAs(in ServerFacts other) =>
        SystemIdentifier == other.SystemIdentifier && StartedAt == other.StartedAt;
}
