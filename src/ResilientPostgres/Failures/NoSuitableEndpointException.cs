using System.Collections.Immutable;

namespace ResilientPostgres;

/// <summary>No endpoint would do within the time allowed; nothing was sent. The decision says why for each endpoint.</summary>
public sealed class NoSuitableEndpointException : ResilientPostgresException
{
    internal NoSuitableEndpointException(RoutingDecision decision, TimeSpan waited, bool isTransient, Exception? last)
        : base(
            $"No endpoint for {decision.Preference} within {waited.TotalSeconds:0.0##} s{(isTransient ? " (TotalTimeout)" : "")}. {decision}",
            last,
            FaultPhase.Acquire,
            FaultEffect.NotApplied,
            null,
            [])
    {
        Decision = decision;
        IsTransient = isTransient;
    }

    internal NoSuitableEndpointException(NoSuitableEndpointException last, ImmutableArray<FailedAttempt> attempts)
        : base(last.Message, last.InnerException, FaultPhase.Acquire, FaultEffect.NotApplied, null, attempts)
    {
        Decision = last.Decision;
        IsTransient = last.IsTransient;
    }

    /// <summary>What was asked for, and why each endpoint would not do.</summary>
    public new RoutingDecision Decision { get => base.Decision!; private init => base.Decision = value; }

    /// <summary>Whether waiting longer may help: not if every endpoint is misconfigured or foreign.</summary>
    public override bool IsTransient { get; }
}
