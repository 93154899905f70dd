namespace ResilientPostgres;

/// <summary>One attempt of a call that failed.</summary>
/// <param name="Endpoint">Where; <see langword="null"/> if none was found.</param>
/// <param name="Phase">How far it had come.</param>
/// <param name="Kind">What went wrong.</param>
/// <param name="Effect">What the failed statement did to the data.</param>
/// <param name="Reason">The rule by which it was judged, in words.</param>
/// <param name="Exception">What was thrown.</param>
/// <param name="Elapsed">How long the call had been under way when it failed.</param>
public sealed record FailedAttempt(
    Endpoint? Endpoint, FaultPhase Phase, FaultKind Kind, FaultEffect Effect, string Reason, Exception Exception, TimeSpan Elapsed)
{
    /// <summary>One line for people.</summary>
    /// <returns>Time, place, kind and message.</returns>
    public override string ToString() =>
        $"after {Elapsed.TotalMilliseconds:F0} ms {Kind} during {Phase} on {Endpoint?.Name ?? "no endpoint"}: {Exception.Message}";
}
