namespace ResilientPostgres.Calls;

/// <summary>
/// Whether a text is one SELECT that certainly changes nothing. It only ever says yes to what it fully understands: one statement of plain
/// words, literals and well-known functions. Until statements are classified, all else counts as a write.
/// </summary>
static class PlainSelect
{
    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _writing = Words(
        "into", "insert", "update", "delete", "merge", "call", "lock", "share", "nextval", "setval");

    /// <summary>Words that may stand before a parenthesis: syntax, and functions that read only.</summary>
    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _harmless = Words(
        "select", "from", "where", "and", "or", "not", "in", "exists", "any", "all", "some", "on", "as", "by", "over", "values", "limit", "offset", "when", "then",
        "else", "case", "using", "distinct", "filter", "union", "except", "intersect", "join", "having", "between", "like", "ilike", "is",
        "count", "sum", "avg", "min", "max", "coalesce", "nullif", "greatest", "least", "lower", "upper", "length", "trim", "substring", "position", "replace",
        "concat", "round", "floor", "ceil", "abs", "mod", "now", "date_trunc", "extract", "to_char", "cast", "row_number", "rank", "dense_rank", "lag", "lead",
        "array_agg", "string_agg", "json_agg", "jsonb_agg", "json_build_object", "jsonb_build_object", "to_json", "to_jsonb", "unnest", "generate_series",
        "bool_and", "bool_or", "varchar", "numeric", "char", "timestamp", "pg_sleep", "pg_is_in_recovery", "version", "current_database");

    public static bool Is(string text)
    {
        var rest = text.AsSpan().Trim().TrimEnd(';');
        if (!rest.StartsWith("select", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            var taken = char.IsAsciiLetter(rest[0]) || rest[0] == '_' ? Word(rest) : Other(rest);
            if (taken <= 0)
            {
                return false;
            }

            rest = rest[taken..];
        }

        return true;
    }

    /// <summary>How long the word is; 0 if it may write.</summary>
    static int Word(ReadOnlySpan<char> rest)
    {
        var length = 1;
        while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] is '_' or '$'))
        {
            length++;
        }

        var word = rest[..length];
        var isCalled = rest[length..].TrimStart().StartsWith("(");
        return _writing.Contains(word) || (isCalled && !_harmless.Contains(word)) ? 0 : length;
    }

    /// <summary>How long what is no word is; 0 for what is not understood: comments, quoted names, dollar quotes, escapes, a second statement.</summary>
    static int Other(ReadOnlySpan<char> rest) => rest[0] switch
    {
        '\'' => rest[1..].IndexOf('\'') is var end and >= 0 && !rest[1..(end + 1)].Contains('\\') ? end + 2 : 0,
        '$' when rest.Length > 1 && char.IsAsciiDigit(rest[1]) => 2,
        '-' when rest.StartsWith("--") => 0,
        '/' when rest.StartsWith("/*") => 0,
        '"' or ';' or '$' or '\\' => 0,
        _ => 1,
    };

    static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(params string[] words) =>
        new HashSet<string>(words, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
