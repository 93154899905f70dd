using ResilientPostgres.Faults;

namespace ResilientPostgres.Tests.Faults;

/// <summary>What is to be made of it.</summary>
sealed class FaultExpectation
{
    public required FaultKind Kind { get; init; }

    public required FaultEffect Effect { get; init; }

    public required EndpointEffect Endpoint { get; init; }

    public required Repeat Repeat { get; init; }

    public required string Remedies { get; init; }

    public Decision ToDecision() => new(Kind, Effect, Endpoint, Repeat, Remedies);
}
