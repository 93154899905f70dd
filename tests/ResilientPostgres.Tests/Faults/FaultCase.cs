using ResilientPostgres.Faults;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Faults;

/// <summary>An exception in a situation, and what is to be made of it.</summary>
sealed class FaultCase : ISpecCase
{
    public required string Name { get; init; }

    public required ThrownSpec Thrown { get; init; }

    public required FaultPhase Phase { get; init; }

    public WorkKind Work { get; init; } = WorkKind.Statement;

    /// <summary>The session is still open behind it.</summary>
    public bool SessionLives { get; init; }

    public required FaultExpectation Expect { get; init; }
}
