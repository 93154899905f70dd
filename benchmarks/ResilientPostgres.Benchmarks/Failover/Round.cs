namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>One change of primary. Milliseconds since it began (for a failover: since right before the SIGKILL), but for <see cref="Promotion"/>.</summary>
sealed record Round
{
    /// <summary>What the promotion took of itself.</summary>
    public required double Promotion { get; init; }

    public required double Promoted { get; init; }

    /// <summary>The library gave up the old primary.</summary>
    public required double Lost { get; init; }

    /// <summary>The library published the new primary.</summary>
    public required double Confirmed { get; init; }

    /// <summary>The first of the library's writes had a session on the new primary.</summary>
    public required double Begun { get; init; }

    /// <summary>The first write acknowledged by the new primary, by client.</summary>
    public required double[] Pause { get; init; }

    /// <summary>By client, up to the end of the round.</summary>
    public required Counts[] Counts { get; init; }
}
