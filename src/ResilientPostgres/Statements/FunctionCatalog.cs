using System.Collections.Frozen;

namespace ResilientPostgres.Statements;

/// <summary>
/// What is known of the functions and views of one cluster beyond PostgreSQL's own: read from the system catalogs, and what the options say.
/// Names as stored, whatever their schema: of several that share a name the worst counts.
/// </summary>
sealed class FunctionCatalog
{
    public static readonly FunctionCatalog Empty = new([], [], [], []);

    readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _volatile;
    readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _safe;
    readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _relations;
    readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _operators;

    /// <param name="unsafeFunctions">Functions that may change something.</param>
    /// <param name="safeFunctions">Functions that do not.</param>
    /// <param name="unsafeRelations">Views that call something which may.</param>
    /// <param name="unsafeOperators">Operators that do.</param>
    public FunctionCatalog(
        IEnumerable<string> unsafeFunctions, IEnumerable<string> safeFunctions, IEnumerable<string> unsafeRelations, IEnumerable<string> unsafeOperators)
    {
        _volatile = Lookup(unsafeFunctions);
        _safe = Lookup(safeFunctions);
        _relations = Lookup(unsafeRelations);
        _operators = Lookup(unsafeOperators);
    }

    public bool HasUnsafeOperators => _operators.Set.Count > 0;

    public bool IsUnsafeFunction(ReadOnlySpan<char> name) => _volatile.Set.Count > 0 && _volatile.Contains(name);

    public bool IsSafeFunction(ReadOnlySpan<char> name) => _safe.Set.Count > 0 && _safe.Contains(name);

    public bool IsUnsafeRelation(ReadOnlySpan<char> name) => _relations.Set.Count > 0 && _relations.Contains(name);

    public bool IsUnsafeOperator(ReadOnlySpan<char> symbol) => _operators.Contains(symbol);

    static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup(IEnumerable<string> names) =>
        names.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
