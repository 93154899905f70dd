namespace ResilientPostgres;

/// <summary>What is known of the cluster as a whole.</summary>
public enum ClusterStatus
{
    /// <summary>Not every endpoint has been observed once, so nothing is decided.</summary>
    Unknown,

    /// <summary>No server that may be written to is known.</summary>
    NoPrimary,

    /// <summary>There is one primary.</summary>
    WithPrimary,

    /// <summary>Two different servers accept writes, and nothing says which is right.</summary>
    SplitBrain,
}
