using ResilientPostgres.Faults;

namespace ResilientPostgres.Resilience;

/// <summary>Whether a failed attempt may be repeated. Pure; it asks what provably happened, not what the exception is called.</summary>
static class Repetition
{
    /// <param name="fault">What happened.</param>
    /// <param name="phase">How far the attempt had come.</param>
    /// <param name="safety">What a second run would do.</param>
    /// <param name="isProvenUndone">Something proves that the whole attempt, not only its last statement, left nothing.</param>
    public static bool IsAllowed(Fault fault, FaultPhase phase, OperationSafety safety, bool isProvenUndone) =>
        fault.MayPass && (phase == FaultPhase.Acquire || safety != OperationSafety.NonIdempotent || isProvenUndone);
}
