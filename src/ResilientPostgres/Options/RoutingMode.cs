namespace ResilientPostgres;

/// <summary>How much of the library acts on a cluster. It can be changed while the application runs.</summary>
public enum RoutingMode
{
    /// <summary>Everything goes to the primary in one attempt; nothing is repeated, aborted or counted.</summary>
    PassThrough,

    /// <summary>As <see cref="PrimaryOnly"/>; reads that <see cref="Full"/> would have moved to a standby are counted, with how stale they would have been.</summary>
    Observe,

    /// <summary>Everything goes to the primary; failover, retries and deadlines work. The switch to throw when standbys are in doubt.</summary>
    PrimaryOnly,

    /// <summary>Reads go where their <see cref="ReadPreference"/> says. The default.</summary>
    Full,
}
