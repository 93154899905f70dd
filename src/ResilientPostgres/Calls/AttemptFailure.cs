using ResilientPostgres.Faults;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>One failed attempt, understood.</summary>
/// <param name="Exception">What was thrown.</param>
/// <param name="Fault">What that means.</param>
/// <param name="Phase">How far it had come.</param>
/// <param name="Pool">Where it ran, if it had got that far.</param>
/// <param name="Aborted">Why we ended it, if we did.</param>
/// <param name="IsProvenUndone">The whole attempt left nothing.</param>
/// <param name="IsUnwound">The work has come back.</param>
sealed record AttemptFailure(
    Exception Exception,
    Fault Fault,
    FaultPhase Phase,
    ISessionPool? Pool,
    AbortReason Aborted = AbortReason.None,
    bool IsProvenUndone = false,
    bool IsUnwound = true)
{
    /// <summary>When it was to end at the latest by AttemptTimeout or TotalTimeout, if by these.</summary>
    public TimeSpan? Until { get; init; }

    /// <summary>What was found out about an unanswered COMMIT.</summary>
    public CommitEvidence? Evidence { get; init; }

    /// <summary>Asks again what became of it, for so long.</summary>
    public Func<TimeSpan, CancellationToken, Task<CommitEvidence>>? ResolveAgain { get; init; }
}
