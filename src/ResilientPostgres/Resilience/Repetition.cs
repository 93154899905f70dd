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
    public static FaultRemedy Decide(in Fault fault, FaultPhase phase, WorkKind work, OperationSafety safety, bool isProvenUndone = false) =>
        throw new NotImplementedException();
}
