using System.Collections.Immutable;

namespace ResilientPostgres;

/// <summary>
/// A call failed for want of a connection or of time, as often as it was allowed to be tried, and changed nothing: it only read, or
/// nothing of it had been sent. Trying again later is safe, and may succeed.
/// </summary>
public sealed class CallFailedException : ResilientPostgresException
{
    internal CallFailedException(string message, Exception cause, FaultPhase phase, Endpoint? endpoint, ImmutableArray<FailedAttempt> attempts)
        : base(message, cause, phase, FaultEffect.NotApplied, endpoint, attempts)
    {
    }

    /// <summary>Always <see langword="true"/>.</summary>
    public override bool IsTransient => true;
}
