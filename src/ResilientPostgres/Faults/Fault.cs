namespace ResilientPostgres.Faults;

/// <summary>A failure understood.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Effect">What the statement that failed did to the data; of a transaction whose COMMIT was not sent, all of it.</param>
/// <param name="Endpoint">What it says about the endpoint.</param>
/// <param name="Repeat">Whether another attempt can come out differently.</param>
/// <param name="Reason">The rule that says so, for people.</param>
readonly record struct Fault(FaultKind Kind, FaultEffect Effect, EndpointEffect Endpoint, Repeat Repeat, string Reason)
{
    /// <summary>The endpoint should be looked at.</summary>
    public bool IsDoubt => Endpoint is EndpointEffect.Check or EndpointEffect.Suspect or EndpointEffect.StartingUp or EndpointEffect.Misconfigured;

    /// <summary>It should also get no new work until then.</summary>
    public bool IsEvidence => Endpoint is EndpointEffect.Suspect or EndpointEffect.StartingUp;
}
