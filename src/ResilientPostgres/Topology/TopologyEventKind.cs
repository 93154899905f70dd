namespace ResilientPostgres;

/// <summary>What kind of thing happened to the cluster.</summary>
public enum TopologyEventKind
{
    /// <summary>There is a primary, and it is another server or another timeline than before (a failover or a switchover).</summary>
    PrimaryChanged,

    /// <summary>The primary is gone or in doubt, or none was found at the start (then without an endpoint), and writes wait.</summary>
    PrimaryLost,

    /// <summary>The primary that was in doubt is all right, or has restarted in place.</summary>
    PrimaryConfirmed,

    /// <summary>Two servers accept writes.</summary>
    SplitBrain,

    /// <summary>Only one server accepts writes again.</summary>
    SplitBrainEnded,

    /// <summary>Another cluster stands behind the same names (a major upgrade, blue/green).</summary>
    ClusterReplaced,

    /// <summary>An endpoint's status changed.</summary>
    EndpointStatusChanged,

    /// <summary>An endpoint changed between primary and standby.</summary>
    EndpointRoleChanged,

    /// <summary>An endpoint joined the set.</summary>
    EndpointAdded,

    /// <summary>An endpoint left the set.</summary>
    EndpointRemoved,
}
