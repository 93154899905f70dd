using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Faults;

/// <summary>Codes that are all decided alike, and how.</summary>
sealed class SqlStateCase : ISpecCase
{
    public required string Name { get; init; }

    /// <summary>"40001 serialization_failure".</summary>
    public required List<string> Codes { get; init; }

    public required List<DecisionSpec> Decisions { get; init; }
}
