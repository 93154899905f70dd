using System.Globalization;
using System.Text;

namespace ResilientPostgres.Testing.Sql;

/// <summary>One statement, cut into tokens.</summary>
internal sealed class SqlStatement
{
    readonly string _source;
    readonly List<SqlToken> _tokens;
    string? _canonical;
    string? _plain;

    SqlStatement(string source, List<SqlToken> tokens)
    {
        _source = source;
        _tokens = tokens;
        Text = tokens.Count == 0 ? "" : source[tokens[0].Start..tokens[^1].End];
        Kind = SqlKinds.Of(this);
    }

    /// <summary>As it was sent, without what stands before its first and after its last word.</summary>
    internal string Text { get; }

    internal SqlKind Kind { get; }

    internal bool IsEmpty => _tokens.Count == 0;

    internal int Count => _tokens.Count;

    /// <summary>Token by token, with one space between any two, in lower case outside quotes: equal for texts that differ by nothing but looks.</summary>
    internal string Canonical => _canonical ??= Join(static _ => true, isLower: true);

    /// <summary>As it was sent, but without comments and with one space where there was white space: what patterns are tried on.</summary>
    internal string Plain => _plain ??= Join(static gap => gap > 0, isLower: false);

    /// <summary>The highest number of a parameter.</summary>
    internal int ParameterCount => _tokens.Where(static t => t.Kind == TokenKind.Parameter)
        .Select(t => int.TryParse(_source.AsSpan(t.Start + 1, t.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, ushort.MaxValue) : 0)
        .DefaultIfEmpty(0)
        .Max();

    internal SqlToken this[int index] => _tokens[index];

    internal string TextOf(int index) => index < _tokens.Count ? _source.Substring(_tokens[index].Start, _tokens[index].Length) : "";

    /// <summary>Whether this key word or symbol stands there.</summary>
    internal bool Is(int index, string word) =>
        index < _tokens.Count
        && _tokens[index].Kind is TokenKind.Word or TokenKind.Symbol
        && _source.AsSpan(_tokens[index].Start, _tokens[index].Length).Equals(word, StringComparison.OrdinalIgnoreCase);

    internal bool Has(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < _tokens.Count; i++)
        {
            foreach (var word in words)
            {
                if (Is(i, word))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A name as the server understands it: in lower case, or what the quotes hold.</summary>
    internal string Name(int index) => index >= _tokens.Count ? ""
        : _tokens[index].Kind == TokenKind.Quoted ? TextOf(index).Trim('"').Replace("\"\"", "\"", StringComparison.Ordinal)
        : TextOf(index).ToLowerInvariant();

    internal static SqlStatement Parse(string text) => Split(text) is [var only] ? only : new SqlStatement(text, ScanAll(text));

    /// <summary>The statements between semicolons, without empty ones.</summary>
    internal static List<SqlStatement> Split(string text)
    {
        var statements = new List<SqlStatement>();
        var tokens = new List<SqlToken>();
        foreach (var token in ScanAll(text))
        {
            if (token is not { Kind: TokenKind.Symbol } || text[token.Start] != ';')
            {
                tokens.Add(token);
            }
            else if (tokens.Count > 0)
            {
                statements.Add(new SqlStatement(text, tokens));
                tokens = [];
            }
        }

        if (tokens.Count > 0)
        {
            statements.Add(new SqlStatement(text, tokens));
        }

        return statements;
    }

    static List<SqlToken> ScanAll(string text)
    {
        var tokens = new List<SqlToken>();
        var scanner = new SqlScanner(text);
        while (scanner.TryNext(out var token))
        {
            tokens.Add(token);
        }

        return tokens;
    }

    string Join(Func<int, bool> isSpaced, bool isLower)
    {
        var text = new StringBuilder();
        for (var i = 0; i < _tokens.Count; i++)
        {
            if (i > 0 && isSpaced(_tokens[i].Start - _tokens[i - 1].End))
            {
                text.Append(' ');
            }

            var token = TextOf(i);
            text.Append(isLower && _tokens[i].Kind is (TokenKind.Word or TokenKind.Number) ? token.ToLowerInvariant() : token);
        }

        return text.ToString();
    }
}
