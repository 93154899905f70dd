using System.Buffers;
using static ResilientPostgres.Statements.SqlCharacter;

namespace ResilientPostgres.Statements;

/// <summary>
/// PostgreSQL's lexical rules, as its manual gives them (chapter 4.1): nested comments, strings with and without escapes, dollar quotes, quoted
/// names, operators that end where a comment begins. Linear, without allocation but for hints in comments.
/// </summary>
struct SqlLexer(string text)
{
    /// <summary>The server knows none that is longer; what it would cut up is not followed.</summary>
    const int LongestOperator = 63;

    /// <summary>An operator of several characters ends in + or - only if it has one of these.</summary>
    static readonly SearchValues<char> _signed = SearchValues.Create("~!@#%^&|`?");

    readonly string _text = text;
    int _at;

    /// <summary>What the comments passed so far ask for.</summary>
    public StatementHint? Hint { get; private set; }

    public readonly ReadOnlySpan<char> Of(in SqlToken token) => _text.AsSpan(token.Start, token.Length);

    public SqlToken Next()
    {
        var text = _text;
        for (var at = _at; (uint)at < (uint)text.Length; at++)
        {
            var c = text[at];
            var classes = ClassesOf(c);
            if ((classes & WordStart) != 0)
            {
                return WordOrLiteral(at, classes);
            }

            if ((classes & Alone) != 0)
            {
                _at = at + 1;
                return new SqlToken(KindOf(c), at, 1);
            }

            if ((classes & Blank) == 0)
            {
                _at = at;
                if (!IsComment(c))
                {
                    return (classes & Symbol) != 0 ? Operator() : Other(c);
                }

                if (!SkipComment(c))
                {
                    return Take(SqlTokenKind.Unclear, text.Length - _at);
                }

                at = _at - 1;
            }
        }

        _at = text.Length;
        return new SqlToken(SqlTokenKind.End, _at, 0);
    }

    /// <summary>Written right behind <c>@</c> or <c>:</c>, as Npgsql's parameters are.</summary>
    public readonly bool IsMarked(in SqlToken token) =>
        token.Start > 0 && (_text[token.Start - 1] == '@' || (_text[token.Start - 1] == ':' && (token.Start == 1 || _text[token.Start - 2] != ':')));

    /// <summary>Whether a parenthesis opens next, after blanks and comments.</summary>
    public readonly bool IsOpenNext()
    {
        var text = _text;
        var at = _at;
        while ((uint)at < (uint)text.Length && Is(text[at], Blank))
        {
            at++;
        }

        if ((uint)at >= (uint)text.Length || text[at] is not ('-' or '/'))
        {
            return (uint)at < (uint)text.Length && text[at] == '(';
        }

        var ahead = this;
        return ahead.Next().Kind == SqlTokenKind.Open;
    }

    readonly char At(int offset) => (uint)(_at + offset) < (uint)_text.Length ? _text[_at + offset] : '\0';

    SqlToken Take(SqlTokenKind kind, int length)
    {
        var token = new SqlToken(kind, _at, length);
        _at += length;
        return token;
    }

    /// <summary>All of the rest if there is no end.</summary>
    SqlToken TakeTo(int end, SqlTokenKind kind) => end < 0 ? Take(SqlTokenKind.Unclear, _text.Length - _at) : Take(kind, end - _at);

    SqlToken Other(char c) => c switch
    {
        '.' when !char.IsAsciiDigit(At(1)) => Take(SqlTokenKind.Dot, 1),
        ':' when At(1) == ':' => Take(SqlTokenKind.Cast, 2),
        ':' => Take(SqlTokenKind.Other, 1),
        '\'' => Plain(0),
        '"' => TakeTo(SqlEnclosure.EndOfQuoted(_text, _at), SqlTokenKind.Quoted),
        '$' => Dollar(),
        _ => Number(),
    };

    readonly bool IsComment(char c) => (c == '-' && At(1) == '-') || (c == '/' && At(1) == '*');

    /// <summary>False if it does not end.</summary>
    bool SkipComment(char c)
    {
        var isLine = c == '-';
        var end = isLine ? SqlEnclosure.EndOfLine(_text, _at + 2) : SqlEnclosure.EndOfBlock(_text, _at);
        if (end < 0)
        {
            return false;
        }

        var inside = _text.AsSpan((_at + 2)..(isLine ? end : end - 2));
        Hint = inside.Length < StatementHint.ShortestComment ? Hint : StatementHint.Read(inside, Hint);
        _at = end;
        return true;
    }

    SqlToken WordOrLiteral(int start, int seen)
    {
        var text = _text;
        var end = start + 1;
        for (; (uint)end < (uint)text.Length && ClassesOf(text[end]) is var classes && (classes & WordPart) != 0; end++)
        {
            seen |= classes;
        }

        if (end == start + 1 && (uint)end < (uint)text.Length && text[end] is '\'' or '&')
        {
            _at = start;
            if (IsPrefixed(text[start], out var literal))
            {
                return literal;
            }
        }

        _at = end;
        return new SqlToken(SqlTokenKind.Word, start, end - start, (seen & Capital) != 0);
    }

    /// <summary>A letter before a quote that says what kind of string it is.</summary>
    bool IsPrefixed(char c, out SqlToken literal)
    {
        literal = default;
        switch (c)
        {
            case 'e' or 'E' when At(1) == '\'':
                literal = TakeTo(SqlEnclosure.EndOfEscaped(_text, _at + 1), SqlTokenKind.Text);
                return true;
            case 'b' or 'B' or 'x' or 'X' or 'n' or 'N' when At(1) == '\'':
                literal = Plain(1);
                return true;
            case 'u' or 'U' when At(1) == '&' && At(2) is '\'' or '"':
                // Its escapes may spell anything, by a character that UESCAPE names later.
                var end = At(2) == '"' ? SqlEnclosure.EndOfQuoted(_text, _at + 2) : SqlEnclosure.EndOfPlain(_text, _at + 2, out _);
                literal = TakeTo(end, SqlTokenKind.Unclear);
                return true;
            default:
                return false;
        }
    }

    SqlToken Plain(int prefix)
    {
        var end = SqlEnclosure.EndOfPlain(_text, _at + prefix, out var isUnclear);
        return TakeTo(end, isUnclear ? SqlTokenKind.Unclear : SqlTokenKind.Text);
    }

    SqlToken Number()
    {
        var length = Digits(0);
        if (At(length) == '.' && At(length + 1) != '.')
        {
            length = Digits(length + 1);
        }

        if (At(length) is 'e' or 'E')
        {
            var exponent = length + (At(length + 1) is '+' or '-' ? 2 : 1);
            length = char.IsAsciiDigit(At(exponent)) ? Digits(exponent) : length;
        }

        return Take(SqlTokenKind.Number, length);
    }

    readonly int Digits(int from)
    {
        while (char.IsAsciiDigit(At(from)))
        {
            from++;
        }

        return from;
    }

    SqlToken Operator()
    {
        var length = 1;
        while (Is(At(length), Symbol) && (At(length), At(length + 1)) is not (('-', '-') or ('/', '*')))
        {
            length++;
        }

        if (length > LongestOperator)
        {
            return Take(SqlTokenKind.Unclear, length);
        }

        var symbol = _text.AsSpan(_at, length);
        var isWhole = symbol[^1] is not ('+' or '-') || symbol.ContainsAny(_signed);
        return Take(SqlTokenKind.Operator, isWhole ? length : Math.Max(1, symbol.TrimEnd("+-").Length));
    }

    SqlToken Dollar()
    {
        if (char.IsAsciiDigit(At(1)))
        {
            return Take(SqlTokenKind.Parameter, Digits(1));
        }

        var length = 1;
        while (Is(At(length), WordPart) && At(length) != '$' && (length > 1 || Is(At(1), WordStart)))
        {
            length++;
        }

        return At(length) != '$' ? Take(SqlTokenKind.Unclear, 1) : TakeTo(SqlEnclosure.EndOfDollars(_text, _at, length + 1), SqlTokenKind.Text);
    }
}
