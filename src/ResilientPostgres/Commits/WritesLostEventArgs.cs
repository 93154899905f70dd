using System.Collections.Immutable;

namespace ResilientPostgres;

/// <summary>What an asynchronous failover has cost.</summary>
public sealed class WritesLostEventArgs : EventArgs
{
    internal WritesLostEventArgs(long timeline, ImmutableArray<LostWrite> lost, ImmutableArray<LostWrite> undecided)
    {
        Timeline = timeline;
        Lost = lost;
        Undecided = undecided;
    }

    /// <summary>The timeline that was gone on with.</summary>
    public long Timeline { get; }

    /// <summary>Acknowledged transactions that are not part of it.</summary>
    public ImmutableArray<LostWrite> Lost { get; }

    /// <summary>Acknowledged transactions of which nothing proves whether they are.</summary>
    public ImmutableArray<LostWrite> Undecided { get; }
}
