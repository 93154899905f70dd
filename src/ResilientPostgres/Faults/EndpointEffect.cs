namespace ResilientPostgres.Faults;

/// <summary>What a failure says about the endpoint it came from.</summary>
enum EndpointEffect
{
    /// <summary>Nothing: it concerns this statement or this session alone.</summary>
    None,

    /// <summary>Look at it now; it keeps getting work until then.</summary>
    Check,

    /// <summary>Evidence that it is gone: look at it now, and no new work until it has answered.</summary>
    Suspect,

    /// <summary>It said itself that it is starting up, shutting down or recovering: as <see cref="Suspect"/>.</summary>
    StartingUp,

    /// <summary>It is there, and out of connections, memory or disk: counts for its circuit breaker.</summary>
    Overloaded,

    /// <summary>It refuses us for good (password, database, pg_hba): look at it now, waiting mends nothing.</summary>
    Misconfigured,
}
