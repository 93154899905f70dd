namespace ResilientPostgres;

/// <summary>What became of a transaction.</summary>
public enum CommitOutcome
{
    /// <summary>Nothing proves the one or the other.</summary>
    Unknown,

    /// <summary>It was committed, and is part of the history that the cluster goes on with.</summary>
    Committed,

    /// <summary>It was not committed, or the failover left it behind: it is not part of that history.</summary>
    NotCommitted,
}
