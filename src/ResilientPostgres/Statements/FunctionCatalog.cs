using System.Collections.Frozen;
using System.Runtime.CompilerServices;

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
    readonly bool _hasFunctions;
    readonly bool _hasRelations;
    readonly bool _hasOperators;

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
        (_hasFunctions, _hasRelations, _hasOperators) = (functions.Count > 0 || _patterns != FunctionPatterns.None, relations.Count > 0, operators.Count > 0);
    }

    /// <summary>It was read, so that a view which is not in it reads only.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Something is known, so that every name has to be looked up.</summary>
    public bool KnowsNames => _hasFunctions || _hasRelations;

    public Grade OfFunction(ReadOnlySpan<char> name) =>
        !_hasFunctions ? Grade.Unknown
        : _patterns.Of(name) is var said and not Grade.Unknown ? said
        : Find(_functions, name);

    public Grade OfRelation(ReadOnlySpan<char> name) => _hasRelations ? Find(_relations, name) : Grade.Unknown;

    public Grade OfOperator(ReadOnlySpan<char> symbol) => _hasOperators ? Find(_operators, symbol) : Grade.Unknown;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Grade Find(FrozenDictionary<string, Grade>.AlternateLookup<ReadOnlySpan<char>> names, ReadOnlySpan<char> name) =>
        names.TryGetValue(name, out var grade) ? grade : Grade.Unknown;

    static FrozenDictionary<string, Grade>.AlternateLookup<ReadOnlySpan<char>> Lookup(IReadOnlyDictionary<string, Grade> names) =>
        names.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
