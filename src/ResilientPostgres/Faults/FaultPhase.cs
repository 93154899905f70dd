namespace ResilientPostgres;

/// <summary>How far a call had come. Tracked by the library itself, for the exception does not tell: an exhausted pool and a command timeout look the same.</summary>
public enum FaultPhase
{
    /// <summary>Choosing an endpoint, or waiting for one: nothing was sent.</summary>
    Acquire,

    /// <summary>Getting a session from its pool, or connecting: nothing of the work was sent.</summary>
    Open,

    /// <summary>The work was running on a session.</summary>
    Execute,

    /// <summary>Rows had already been handed to the caller.</summary>
    Stream,

    /// <summary>COMMIT had been sent.</summary>
    Commit,
}
