using ResilientPostgres.Faults;

namespace ResilientPostgres.Resilience;

/// <summary>What may be done about a failed attempt. Pure; it asks what provably happened, not what the exception is called.</summary>
static class Repetition
{
    /// <param name="fault">What happened.</param>
    /// <param name="phase">How far the attempt had come.</param>
    /// <param name="work">What the attempt consisted of.</param>
    /// <param name="safety">What a second run would do.</param>
    /// <param name="isProvenUndone">Something beyond the fault proves that the whole attempt left nothing.</param>
    public static FaultRemedy Decide(in Fault fault, FaultPhase phase, WorkKind work, OperationSafety safety, bool isProvenUndone = false)
    {
        // Asking what became of a COMMIT repeats nothing, so it is worth while even where another attempt would not be.
        if (phase == FaultPhase.Commit && fault.Effect == FaultEffect.Unknown && !isProvenUndone)
        {
            return fault.Kind == FaultKind.Application ? FaultRemedy.None : FaultRemedy.Resolve;
        }

        if (fault.Repeat == Repeat.Never || fault.Effect == FaultEffect.Applied || phase == FaultPhase.Stream)
        {
            return FaultRemedy.None;
        }

        if (phase is FaultPhase.Acquire or FaultPhase.Open)
        {
            return FaultRemedy.Repeat;
        }

        // A delegate may have committed an earlier statement: the refusal of one proves nothing about the whole.
        var isUndone = isProvenUndone || (fault.Effect == FaultEffect.NotApplied && work != WorkKind.Delegate);
        return safety != OperationSafety.NonIdempotent || isUndone ? ByRepeat(fault.Repeat, safety == OperationSafety.ReadOnly) : FaultRemedy.None;
    }

    static FaultRemedy ByRepeat(Repeat repeat, bool isRead) => repeat switch
    {
        Repeat.Yes => FaultRemedy.Repeat,
        Repeat.Once => FaultRemedy.RepeatOnce,
        Repeat.ReadOnce when isRead => FaultRemedy.RepeatOnce,
        Repeat.OnPrimary when isRead => FaultRemedy.RepeatOnPrimary,
        _ => FaultRemedy.None,
    };
}
