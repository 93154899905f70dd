using ResilientPostgres.Faults;

namespace ResilientPostgres.Resilience;

/// <summary>Which failures count for an endpoint's circuit breaker.</summary>
static class CircuitRule
{
    /// <summary>
    /// A primary has no stand-in: only a connection that fails speaks against it. A standby that is slow or overloaded may as well be
    /// left alone while others do better.
    /// </summary>
    public static bool Counts(in Fault fault, bool isPrimary) =>
        fault.Kind is FaultKind.ConnectionLost or FaultKind.ConnectFailed
        || (!isPrimary && (fault.Kind == FaultKind.Timeout || fault.Endpoint == EndpointEffect.Overloaded));
}
