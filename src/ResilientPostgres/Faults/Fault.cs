namespace ResilientPostgres.Faults;

/// <summary>A failure understood.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Effect">What it did to the data, as far as one statement goes.</param>
/// <param name="IsDoubt">The endpoint should be looked at.</param>
/// <param name="IsEvidence">It should also get no new work until then.</param>
readonly record struct Fault(FaultKind Kind, FaultEffect Effect, bool IsDoubt = false, bool IsEvidence = false)
{
    /// <summary>Whether another attempt may come out differently at all.</summary>
    public bool MayPass => Kind is not (FaultKind.Application or FaultKind.Statement or FaultKind.Misconfigured);
}
