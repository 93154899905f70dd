namespace ResilientPostgres.Commits;

/// <summary>What was noted of a transaction while it ran, so that its end can be found out.</summary>
interface ICommitProof
{
    /// <summary>Its id.</summary>
    ulong Xid { get; }

    /// <summary>The timeline it was written on; 0 if that is not known.</summary>
    uint Timeline { get; }

    /// <summary>The life of its server: when its postmaster started.</summary>
    DateTime StartedAt { get; }

    /// <summary>Its server process.</summary>
    int ProcessId { get; }

    /// <summary>The server's clock then: a process of that id that began later is another one.</summary>
    DateTime At { get; }
}
