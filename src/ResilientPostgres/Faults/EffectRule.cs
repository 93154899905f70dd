namespace ResilientPostgres.Faults;

/// <summary>What a failed attempt did to the data, by how far it had come.</summary>
static class EffectRule
{
    /// <param name="phase">How far.</param>
    /// <param name="work">What it consisted of.</param>
    /// <param name="isRefused">A server answered with an ERROR, which undoes the statement.</param>
    /// <param name="isNeverSent">The failure proves that the statement reached no server, or was not looked at.</param>
    public static FaultEffect Of(FaultPhase phase, WorkKind work, bool isRefused = false, bool isNeverSent = false) => phase switch
    {
        FaultPhase.Acquire or FaultPhase.Open => FaultEffect.NotApplied,

        // Whatever ends the session now may have come after the commit; only an ERROR is an answer to it.
        FaultPhase.Commit => isRefused ? FaultEffect.NotApplied : FaultEffect.Unknown,

        // A transaction without its COMMIT can't come to be, whoever fell silent.
        _ when work == WorkKind.Transaction => FaultEffect.NotApplied,
        _ => isRefused || isNeverSent ? FaultEffect.NotApplied : FaultEffect.Unknown,
    };

    /// <summary>The server says itself that it does not know.</summary>
    public static FaultEffect Unresolved(FaultPhase phase) =>
        phase is FaultPhase.Acquire or FaultPhase.Open ? FaultEffect.NotApplied : FaultEffect.Unknown;
}
