using System.Collections.Frozen;

namespace ResilientPostgres.Statements;

/// <summary>
/// What is known of the functions, views and operators of one cluster beyond the words of PostgreSQL itself: read from the system catalogs, and
/// what the options say. Names as stored, whatever their schema.
/// </summary>
sealed class FunctionCatalog
{
    /// <summary>Before anything was read.</summary>
    public static readonly FunctionCatalog Empty = new(
        FrozenDictionary<string, Grade>.Empty, FrozenDictionary<string, Grade>.Empty, FrozenDictionary<string, Grade>.Empty);

    readonly FrozenDictionary<string, Grade>.AlternateLookup<ReadOnlySpan<char>> _functions;
    readonly FrozenDictionary<string, Grade>.AlternateLookup<ReadOnlySpan<char>> _relations;
    readonly FrozenDictionary<string, Grade>.AlternateLookup<ReadOnlySpan<char>> _operators;
    readonly FunctionPatterns _patterns;

    public FunctionCatalog(
        IReadOnlyDictionary<string, Grade> functions,
        IReadOnlyDictionary<string, Grade> relations,
        IReadOnlyDictionary<string, Grade> operators,
        FunctionPatterns? patterns = null)
    {
        _functions = Lookup(functions);
        _relations = Lookup(relations);
        _operators = Lookup(operators);
        _patterns = patterns ?? FunctionPatterns.None;
    }

    /// <summary>It was read, so that a view which is not in it reads only.</summary>
    public bool IsComplete { get; init; }

    public Grade OfFunction(ReadOnlySpan<char> name) =>
        _patterns.Of(name) is var said and not Grade.Unknown ? said
        : _functions.TryGetValue(name, out var grade) ? grade : Grade.Unknown;

    public Grade OfRelation(ReadOnlySpan<char> name) => _relations.Dictionary.Count > 0 && _relations.TryGetValue(name, out var grade) ? grade : Grade.Unknown;

    public Grade OfOperator(ReadOnlySpan<char> symbol) => _operators.Dictionary.Count > 0 && _operators.TryGetValue(symbol, out var grade) ? grade : Grade.Unknown;

    static FrozenDictionary<string, Grade>.AlternateLookup<ReadOnlySpan<char>> Lookup(IReadOnlyDictionary<string, Grade> names) =>
        names.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
