using Microsoft.EntityFrameworkCore.Storage;

namespace ResilientPostgres.EntityFrameworkCore.Retries;

/// <summary>What one attempt of an execution strategy has done so far, noted by the interceptors: an exception tells of its own statement only.</summary>
sealed class AttemptTrace
{
    /// <summary>That of the strategy that runs now, if one of ours does. Also for other contexts that are used inside of it.</summary>
    public static AttemptTrace? Current => (ExecutionStrategy.Current as ResilientExecutionStrategy)?.Trace;

    /// <summary>It runs in a transaction that was begun before: a part of it can't be repeated without the rest.</summary>
    public bool IsWithinTransaction { get; init; }

    /// <summary>Something was written and acknowledged.</summary>
    public bool HasApplied { get; private set; }

    /// <summary>Something may have been written.</summary>
    public bool HasUnknown { get; private set; }

    /// <summary>The session of the last command that failed has lived on: if the time allowed was over, a server that is well has said so.</summary>
    public bool IsSessionAlive { get; private set; }

    public void NoteSession(bool isAlive) => IsSessionAlive = isAlive;

    public void NoteApplied() => HasApplied = true;

    public void NoteUnknown() => HasUnknown = true;
}
