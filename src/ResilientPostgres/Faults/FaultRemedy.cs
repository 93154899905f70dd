namespace ResilientPostgres.Faults;

/// <summary>What may be done about a failed attempt.</summary>
enum FaultRemedy
{
    /// <summary>Nothing: tell the caller.</summary>
    None,

    /// <summary>Run it again, elsewhere or after a pause.</summary>
    Repeat,

    /// <summary>Run it again once.</summary>
    RepeatOnce,

    /// <summary>If it ran on a standby, run it again once, on the primary.</summary>
    RepeatOnPrimary,

    /// <summary>COMMIT was sent and not answered: ask the server what became of it, never run it again blindly.</summary>
    Resolve,
}
