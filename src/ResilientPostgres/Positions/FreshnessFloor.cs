namespace ResilientPostgres.Positions;

/// <summary>
/// What a server must have before it may answer a read: the log up to a position, and all that was acknowledged before a moment. The moment is for writes
/// whose position nobody knows; a standby shows it by its probed freshness, or by having replayed a position that was asked of the primary afterwards.
/// </summary>
sealed record FreshnessFloor
{
    /// <summary>No position of this timeline can be reached: the standby will not do.</summary>
    public const ulong Never = ulong.MaxValue;

    /// <summary>The timeline of the position. One that is higher than any we know of: nobody will do until it has been seen.</summary>
    public required uint Timeline { get; init; }

    /// <summary>The position, or 0.</summary>
    public ulong Position { get; init; }

    /// <summary>When what lies at the position had been acknowledged at the latest; 0 if nobody knows. Who is complete up to then has it, whatever timeline is to be seen.</summary>
    public TimeSpan PositionAt { get; init; }

    /// <summary>What is proven by time counts.</summary>
    public bool IsTimed { get; init; } = true;

    /// <summary>The moment, or 0.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>The newest position of the primary that is known.</summary>
    public PrimaryMark? Mark { get; init; }

    /// <summary>Where the reads before it ran.</summary>
    public ReadTrail? Trail { get; init; }

    /// <summary>A position that covers the moment is known.</summary>
    public bool IsAnswered => Since <= TimeSpan.Zero || (Mark is { } mark && mark.Timeline == Timeline && mark.SentAt > Since);

    /// <summary>For a server that did not answer the reads before.</summary>
    public FreshnessFloor OffTrail() => Trail is { } trail ? this with { Trail = null, Since = trail.At > Since ? trail.At : Since } : this;

    /// <summary>The position that a standby has yet to prove; 0 if it has, <see cref="Never"/> if it can't.</summary>
    /// <param name="freshAsOf">Up to which moment it is proven to be complete.</param>
    /// <param name="followed">How far it is known to have replayed which timeline.</param>
    public ulong Missing(TimeSpan? freshAsOf, LogMark? followed)
    {
        var complete = IsTimed ? freshAsOf : null;
        var position = PositionAt > TimeSpan.Zero && complete > PositionAt ? 0 : Position;
        if (Since > TimeSpan.Zero && !(complete > Since))
        {
            position = IsAnswered ? Math.Max(position, Mark!.Position) : Never;
        }

        return position == 0 || (followed?.Timeline == Timeline && followed.Position >= position) ? 0
            : followed?.Timeline == Timeline ? position
            : Never;
    }
}
