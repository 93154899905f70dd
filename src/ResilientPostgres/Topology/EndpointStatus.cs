namespace ResilientPostgres;

/// <summary>Whether an endpoint may be used, and if not, the first reason why.</summary>
public enum EndpointStatus
{
    /// <summary>Never observed yet.</summary>
    Unknown,

    /// <summary>It answers and belongs here.</summary>
    Available,

    /// <summary>There is evidence that it died; no new work goes there until a fresh connection has been tried.</summary>
    Suspected,

    /// <summary>It answers, but only that it is starting up, shutting down or recovering (SQLSTATE 57P03).</summary>
    StartingUp,

    /// <summary>It does not answer.</summary>
    Unreachable,

    /// <summary>It refuses our user, password or database. Probed rarely until that changes.</summary>
    Misconfigured,

    /// <summary>It belongs to another cluster (another system identifier).</summary>
    Foreign,

    /// <summary>It accepts writes on a timeline below one already seen: a primary that was replaced.</summary>
    Fenced,

    /// <summary>It accepts writes but may not become primary, or is the other side of a split brain.</summary>
    Detached,

    /// <summary>A standby whose log does not follow the primary's timeline.</summary>
    Diverged,

    /// <summary>It is no longer among the listed endpoints: what runs there may end, and nothing new goes there.</summary>
    Draining,
}
