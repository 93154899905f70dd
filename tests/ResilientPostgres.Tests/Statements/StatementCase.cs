using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Statements;

/// <summary>A statement and what its text proves.</summary>
sealed record StatementCase(string Name, string Sql, StatementKind Kind, string Because) : ISpecCase
{
    public bool? Pure { get; init; }

    public bool Atomic { get; init; } = true;

    public bool Single { get; init; } = true;

    /// <summary>What it needs of its session; not compared if left out.</summary>
    public string? Use { get; init; }

    public CatalogSpec? Catalog { get; init; }

    public HintSpec? Hint { get; init; }
}
