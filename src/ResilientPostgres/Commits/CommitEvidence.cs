using NpgsqlTypes;

namespace ResilientPostgres;

/// <summary>What is known of a transaction whose COMMIT was not answered, and why.</summary>
public sealed record CommitEvidence
{
    /// <summary>What became of it.</summary>
    public CommitOutcome Outcome { get; internal init; }

    /// <summary>The rule that says so, or what is missing.</summary>
    public string Reason { get; internal init; } = "";

    /// <summary>Its id; <see langword="null"/> if nothing was noted of it.</summary>
    public ulong? Xid { get; internal init; }

    /// <summary>The end of a log record of it.</summary>
    public NpgsqlLogSequenceNumber? Lsn { get; internal init; }

    /// <summary>Its token, with <see cref="CommitGuard.TokenRow"/>.</summary>
    public Guid? Token { get; internal init; }

    /// <summary>The timeline it was written on.</summary>
    public uint? Timeline { get; internal init; }

    /// <summary>The writer asked last; <see langword="null"/> if none answered in time.</summary>
    public Endpoint? Writer { get; internal init; }

    /// <summary>That writer's timeline.</summary>
    public uint? WriterTimeline { get; internal init; }

    /// <summary>Where the recovery ended from which that writer came; <see langword="null"/> if it started clean.</summary>
    public NpgsqlLogSequenceNumber? RecoveryEnd { get; internal init; }

    /// <summary>What it said about the id; <see langword="null"/> with a token.</summary>
    public TransactionStatus? Status { get; internal init; }

    /// <summary>The transaction's session was still there, and was ended.</summary>
    public bool WasFenced { get; internal init; }
}
