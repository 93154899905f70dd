using NpgsqlTypes;

namespace ResilientPostgres;

/// <summary>A committed transaction.</summary>
public sealed record CommitRecord
{
    /// <summary>Its id; <see langword="null"/> if it wrote nothing.</summary>
    public ulong? Xid { get; internal init; }

    /// <summary>The timeline it was written on; <see langword="null"/> if it wrote nothing, or nothing was noted of it.</summary>
    public uint? Timeline { get; internal init; }

    /// <summary>A position in the log at or behind its commit; <see langword="null"/> if it wrote nothing, or the answer to COMMIT was lost.</summary>
    public NpgsqlLogSequenceNumber? Lsn { get; internal init; }

    internal long SystemIdentifier { get; init; }

    /// <summary>What a read must carry to see the transaction, on whichever server and in whichever process; <see langword="null"/> where its position is not known.</summary>
    public ConsistencyToken? Token => (Timeline, Lsn) is ({ } timeline, { } lsn) && SystemIdentifier != 0 ? new ConsistencyToken(SystemIdentifier, timeline, lsn) : null;

    /// <summary>
    /// The wait for synchronous standbys was cancelled (warning 01000): it is committed on the primary, and may not be on any standby.
    /// </summary>
    public bool IsDurabilityDegraded { get; internal init; }

    /// <summary>How its commit was found out after the answer had been lost; <see langword="null"/> if the server answered.</summary>
    public CommitEvidence? Evidence { get; internal init; }
}
