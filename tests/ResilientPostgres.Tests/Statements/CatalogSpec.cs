using ResilientPostgres.Statements;

namespace ResilientPostgres.Tests.Statements;

/// <summary>What is known of the user's own objects.</summary>
sealed record CatalogSpec
{
    public List<string> Volatile { get; init; } = [];

    public List<string> Safe { get; init; } = [];

    public List<string> UnsafeRelations { get; init; } = [];

    public List<string> UnsafeOperators { get; init; } = [];

    internal FunctionCatalog ToCatalog() => new(
        Volatile.Select(static n => (n, Grade.Unsafe)).Concat(Safe.Except(Volatile).Select(static n => (n, Grade.Safe))).ToDictionary(),
        UnsafeRelations.ToDictionary(static n => n, static _ => Grade.Unsafe),
        UnsafeOperators.ToDictionary(static n => n, static _ => Grade.Unsafe)) { IsComplete = true };
}
