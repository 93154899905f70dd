namespace ResilientPostgres;

/// <summary>What happens to writes while two different servers of one cluster both accept them.</summary>
public enum SplitBrainAction
{
    /// <summary>Writes wait, and fail at their deadline, until one of the two is gone. The default.</summary>
    RefuseWrites,

    /// <summary>Writes stay on the server that was the primary before; the other is ignored.</summary>
    KeepCurrentPrimary,

    /// <summary>Writes go to the server on the higher timeline; on equal timelines they are refused.</summary>
    FollowHigherTimeline,
}
