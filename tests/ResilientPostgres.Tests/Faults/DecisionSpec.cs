using ResilientPostgres.Faults;

namespace ResilientPostgres.Tests.Faults;

/// <summary>One decision, and where it holds.</summary>
sealed class DecisionSpec
{
    public required string Severity { get; init; }

    public required string At { get; init; }

    public required FaultKind Kind { get; init; }

    public required FaultEffect Effect { get; init; }

    public required EndpointEffect Endpoint { get; init; }

    public required Repeat Repeat { get; init; }

    public required string Remedies { get; init; }

    public Decision ToDecision() => new(Kind, Effect, Endpoint, Repeat, Remedies);
}
