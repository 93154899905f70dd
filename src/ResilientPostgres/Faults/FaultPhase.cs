namespace ResilientPostgres.Faults;

/// <summary>How far a call had come. Our own code tracks it, for the exception does not tell: an exhausted pool and a command timeout look the same.</summary>
enum FaultPhase
{
    /// <summary>No session yet: nothing was sent.</summary>
    Acquire,

    /// <summary>The work was running on a session.</summary>
    Execute,
}
