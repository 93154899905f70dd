using System.Buffers;
using static ResilientPostgres.Statements.SqlCharacter;

namespace ResilientPostgres.Statements;

/// <summary>
/// PostgreSQL's lexical rules, as its manual gives them (chapter 4.1): nested comments, strings with and without escapes, dollar quotes, quoted
/// names, operators that end where a comment begins. Linear, without allocation but for hints in comments.
/// </summary>
ref struct SqlLexer(ReadOnlySpan<char> text)
{
    /// <summary>The server knows none that is longer; what it would cut up is not followed.</summary>
    const int LongestOperator = 63;

    /// <summary>An operator of several characters ends in + or - only if it has one of these.</summary>
    static readonly SearchValues<char> _signed = SearchValues.Create("~!@#%^&|`?");
    static readonly SearchValues<char> _lineEnds = SearchValues.Create("\n\r");
    static readonly SearchValues<char> _commentMarks = SearchValues.Create("*/");
    static readonly SearchValues<char> _escapeMarks = SearchValues.Create("'\\");

    readonly ReadOnlySpan<char> _text = text;
    int _at;

    /// <summary>What the comments passed so far ask for.</summary>
    public StatementHint? Hint { get; private set; }

    public readonly ReadOnlySpan<char> Of(in SqlToken token) => _text.Slice(token.Start, token.Length);

    public SqlToken Next()
    {
        if (!SkipBlanks())
        {
            return Take(SqlTokenKind.Unclear, _text.Length - _at);
        }

        if (_at >= _text.Length)
        {
            return new SqlToken(SqlTokenKind.End, _at, 0);
        }

        var c = _text[_at];
        return Is(c, WordStart) ? WordOrLiteral(c)
            : Is(c, Symbol) ? Operator()
            : char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(At(1))) ? Number()
            : Other(c);
    }

    /// <summary>Written right behind <c>@</c> or <c>:</c>, as Npgsql's parameters are.</summary>
    public readonly bool IsMarked(in SqlToken token) =>
        token.Start > 0 && (_text[token.Start - 1] == '@' || (_text[token.Start - 1] == ':' && (token.Start == 1 || _text[token.Start - 2] != ':')));

    /// <summary>Whether a parenthesis opens next, after blanks and comments.</summary>
    public readonly bool IsOpenNext()
    {
        var at = _at;
        while (at < _text.Length && Is(_text[at], Blank))
        {
            at++;
        }

        if (at >= _text.Length || _text[at] is not ('-' or '/'))
        {
            return at < _text.Length && _text[at] == '(';
        }

        var ahead = this;
        return ahead.SkipBlanks() && ahead.At(0) == '(';
    }

    readonly char At(int offset) => _at + offset < _text.Length ? _text[_at + offset] : '\0';

    SqlToken Take(SqlTokenKind kind, int length)
    {
        var token = new SqlToken(kind, _at, length);
        _at += length;
        return token;
    }

    SqlToken Other(char c) => c switch
    {
        '(' => Take(SqlTokenKind.Open, 1),
        ')' => Take(SqlTokenKind.Close, 1),
        ',' => Take(SqlTokenKind.Comma, 1),
        '.' => Take(SqlTokenKind.Dot, 1),
        ';' => Take(SqlTokenKind.Semicolon, 1),
        ':' when At(1) == ':' => Take(SqlTokenKind.Cast, 2),
        ':' or '[' or ']' => Take(SqlTokenKind.Other, 1),
        '\'' => Plain(0),
        '"' => Quoted(),
        '$' => Dollar(),
        _ => Take(SqlTokenKind.Unclear, 1),
    };

    /// <summary>False if a comment does not end.</summary>
    bool SkipBlanks()
    {
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (Is(c, Blank))
            {
                _at++;
            }
            else if (c == '-' && At(1) == '-')
            {
                SkipLine();
            }
            else if (c == '/' && At(1) == '*')
            {
                if (!SkipBlock())
                {
                    return false;
                }
            }
            else
            {
                break;
            }
        }

        return true;
    }

    void SkipLine()
    {
        var rest = _text[(_at + 2)..];
        var length = rest.IndexOfAny(_lineEnds) is var end and >= 0 ? end : rest.Length;
        Hint = StatementHint.Read(rest[..length], Hint);
        _at += 2 + length;
    }

    bool SkipBlock()
    {
        var depth = 1;
        var at = _at + 2;
        while (depth > 0)
        {
            if (at + 1 >= _text.Length)
            {
                return false;
            }

            var (first, second) = (_text[at], _text[at + 1]);
            if (first is not ('*' or '/'))
            {
                at = _text[at..].IndexOfAny(_commentMarks) is var mark and >= 0 ? at + mark : _text.Length;
                continue;
            }

            var isMark = first != second && second is '*' or '/';
            depth += !isMark ? 0 : first == '/' ? 1 : -1;
            at += isMark ? 2 : 1;
        }

        Hint = StatementHint.Read(_text[(_at + 2)..(at - 2)], Hint);
        _at = at;
        return true;
    }

    SqlToken WordOrLiteral(char c)
    {
        switch (c)
        {
            case 'e' or 'E' when At(1) == '\'':
                return Escaped();
            case 'b' or 'B' or 'x' or 'X' or 'n' or 'N' when At(1) == '\'':
                return Plain(1);
            case 'u' or 'U' when At(1) == '&' && At(2) is '\'' or '"':
                // Its escapes may spell anything, by a character that UESCAPE names later.
                var literal = At(2) == '"' ? Quoted(2) : Plain(2);
                return literal with { Kind = SqlTokenKind.Unclear };
        }

        var rest = _text[_at..];
        var seen = ClassesOf(c);
        var length = 1;
        for (; length < rest.Length && ClassesOf(rest[length]) is var classes && (classes & WordPart) != 0; length++)
        {
            seen |= classes;
        }

        return Take(SqlTokenKind.Word, length) with { HasCapitals = (seen & Capital) != 0 };
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

        var symbol = _text.Slice(_at, length);
        return length > LongestOperator ? Take(SqlTokenKind.Unclear, length)
            : Take(SqlTokenKind.Operator, symbol.ContainsAny(_signed) ? length : Math.Max(1, symbol.TrimEnd("+-").Length));
    }

    /// <summary>
    /// A string without escapes. A backslash before a quote would be one if standard_conforming_strings were off: then nobody here
    /// can say where the string ends.
    /// </summary>
    SqlToken Plain(int prefix)
    {
        var isUnclear = false;
        var at = _at + prefix + 1;
        while (true)
        {
            var quote = _text[at..].IndexOf('\'');
            if (quote < 0)
            {
                return Take(SqlTokenKind.Unclear, _text.Length - _at);
            }

            at += quote;
            isUnclear |= quote > 0 && _text[at - 1] == '\\';
            if (at + 1 >= _text.Length || _text[at + 1] != '\'')
            {
                return Take(isUnclear ? SqlTokenKind.Unclear : SqlTokenKind.Text, at + 1 - _at);
            }

            at += 2;
        }
    }

    SqlToken Escaped()
    {
        var at = _at + 2;
        while (true)
        {
            var mark = _text[Math.Min(at, _text.Length)..].IndexOfAny(_escapeMarks);
            if (mark < 0)
            {
                return Take(SqlTokenKind.Unclear, _text.Length - _at);
            }

            at += mark;
            var isDoubled = at + 1 < _text.Length && _text[at + 1] == '\'';
            if (_text[at] == '\'' && !isDoubled)
            {
                if (Continuation(at + 1) is not ({ } further))
                {
                    return Take(SqlTokenKind.Text, at + 1 - _at);
                }

                at = further;
            }
            else
            {
                at += 2;
            }
        }
    }

    /// <summary>A string goes on, by the same rules, where only blanks with a line end (and line comments) lie between two quotes.</summary>
    readonly int? Continuation(int at)
    {
        var hasLineEnd = false;
        while (at < _text.Length)
        {
            if (_text[at] == '-' && at + 1 < _text.Length && _text[at + 1] == '-')
            {
                var end = _text[at..].IndexOfAny(_lineEnds);
                at = end < 0 ? _text.Length : at + end;
            }
            else if (Is(_text[at], Blank))
            {
                hasLineEnd |= _text[at] is '\n' or '\r';
                at++;
            }
            else
            {
                return hasLineEnd && _text[at] == '\'' ? at + 1 : null;
            }
        }

        return null;
    }

    SqlToken Quoted(int prefix = 0)
    {
        var at = _at + prefix + 1;
        while (true)
        {
            var quote = _text[at..].IndexOf('"');
            if (quote < 0)
            {
                return Take(SqlTokenKind.Unclear, _text.Length - _at);
            }

            at += quote;
            if (at + 1 >= _text.Length || _text[at + 1] != '"')
            {
                return Take(SqlTokenKind.Quoted, at + 1 - _at);
            }

            at += 2;
        }
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

        if (At(length) != '$')
        {
            return Take(SqlTokenKind.Unclear, 1);
        }

        var tag = _text.Slice(_at, length + 1);
        var end = _text[(_at + tag.Length)..].IndexOf(tag);
        return end < 0 ? Take(SqlTokenKind.Unclear, _text.Length - _at) : Take(SqlTokenKind.Text, end + 2 * tag.Length);
    }
}
