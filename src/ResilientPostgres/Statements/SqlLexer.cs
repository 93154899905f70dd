using System.Buffers;
using System.Runtime.CompilerServices;
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

    /// <summary>With its quotes. The server takes nothing longer for a date or a time.</summary>
    const int LongestMoment = 160;

    /// <summary>An operator of several characters ends in + or - only if it has one of these.</summary>
    static readonly SearchValues<char> _signed = SearchValues.Create("~!@#%^&|`?");

    static readonly SearchValues<string> _moments = SearchValues.Create(["now", "today", "tomorrow", "yesterday"], StringComparison.OrdinalIgnoreCase);

    readonly string _text = text;
    int _at;

    /// <summary>What the comments passed so far ask for.</summary>
    public StatementHint? Hint { get; private set; }

    /// <summary>A text passed so far may mean a moment that passes: <c>'now'</c>, <c>'today'</c>.</summary>
    public bool HasMoment { get; private set; }

    /// <summary>Or something that settings decide: a date.</summary>
    public bool HasFigure { get; private set; }

    // The token read last. By itself and not as one value that is handed on: copies cost more than all else about a small token.

    /// <summary>Where it begins.</summary>
    public int Start { get; private set; }

    /// <summary>How long it is.</summary>
    public int Length { get; private set; }

    /// <summary>Of a word: it has to be folded.</summary>
    public bool HasCapitals { get; private set; }

    public readonly ReadOnlySpan<char> Token => _text.AsSpan(Start, Length);

    /// <summary>Reads one token: here words and single characters, which most are, elsewhere the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SqlTokenKind Next()
    {
        var text = _text;
        var at = _at;
        if ((uint)at < (uint)text.Length && text[at] == ' ')
        {
            at++;
        }

        if ((uint)at < (uint)text.Length)
        {
            var c = text[at];
            var classes = ClassesOf(c);
            if ((classes & WordStart) != 0)
            {
                return WordOrLiteral(at, classes);
            }

            if ((classes & Alone) != 0)
            {
                (Start, Length, _at) = (at, 1, at + 1);
                return KindOf(classes);
            }

            if (c == '.' && (uint)(at + 1) < (uint)text.Length && !char.IsAsciiDigit(text[at + 1]))
            {
                (Start, Length, _at) = (at, 1, at + 1);
                return SqlTokenKind.Dot;
            }
        }

        return NextFurther();
    }

    SqlTokenKind NextFurther()
    {
        if (!SkipBlanks())
        {
            return Take(SqlTokenKind.Unclear, _text.Length - _at);
        }

        if (_at >= _text.Length)
        {
            return Take(SqlTokenKind.End, 0);
        }

        var c = _text[_at];
        var classes = ClassesOf(c);
        return (classes & WordStart) != 0 ? WordOrLiteral(_at, classes)
            : (classes & Alone) != 0 ? Take(KindOf(classes), 1)
            : (classes & Symbol) != 0 ? Operator()
            : Other(c);
    }

    /// <summary>Written right behind <c>@</c> or <c>:</c>, as Npgsql's parameters are.</summary>
    public readonly bool IsMarked => Start > 0 && (_text[Start - 1] == '@' || (_text[Start - 1] == ':' && (Start == 1 || _text[Start - 2] != ':')));

    /// <summary>Whether a parenthesis opens next, after blanks and comments, which it passes.</summary>
    public bool IsOpenNext()
    {
        var next = At(0);
        if (next == ' ')
        {
            _at++;
            next = At(0);
        }

        var isFurther = next is '-' or '/' || (ClassesOf(next) & Blank) != 0;
        return isFurther ? SkipBlanks() && At(0) == '(' : next == '(';
    }

    /// <summary>And comments. False if one does not end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool SkipBlanks()
    {
        var text = _text;
        for (var at = _at; (uint)at < (uint)text.Length; at++)
        {
            var c = text[at];
            if (!Is(c, Blank))
            {
                _at = at;
                if (!IsComment(c))
                {
                    return true;
                }

                if (!SkipComment(c))
                {
                    return false;
                }

                at = _at - 1;
            }
        }

        _at = text.Length;
        return true;
    }

    readonly char At(int offset) => (uint)(_at + offset) < (uint)_text.Length ? _text[_at + offset] : '\0';

    SqlTokenKind Take(SqlTokenKind kind, int length)
    {
        (Start, Length, _at) = (_at, length, _at + length);
        return kind;
    }

    /// <summary>All of the rest if there is no end.</summary>
    SqlTokenKind TakeTo(int end, SqlTokenKind kind)
    {
        if (end < 0)
        {
            return Take(SqlTokenKind.Unclear, _text.Length - _at);
        }

        if (kind == SqlTokenKind.Text && end - _at <= LongestMoment)
        {
            var token = _text.AsSpan(_at, end - _at);
            HasMoment |= token.ContainsAny(_moments);
            HasFigure |= token.ContainsAnyInRange('0', '9');
        }

        return Take(kind, end - _at);
    }

    SqlTokenKind Other(char c) => c switch
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
    [MethodImpl(MethodImplOptions.NoInlining)]
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

    SqlTokenKind WordOrLiteral(int start, int seen)
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
            return LetterOrLiteral(text[start]);
        }

        (Start, Length, _at, HasCapitals) = (start, end - start, end, (seen & Capital) != 0);
        return SqlTokenKind.Word;
    }

    /// <summary>A letter before a quote says what kind of string it is.</summary>
    SqlTokenKind LetterOrLiteral(char c)
    {
        switch (c)
        {
            case 'e' or 'E' when At(1) == '\'':
                return TakeTo(SqlEnclosure.EndOfEscaped(_text, _at + 1), SqlTokenKind.Text);
            case 'b' or 'B' or 'x' or 'X' or 'n' or 'N' when At(1) == '\'':
                return Plain(1);
            case 'u' or 'U' when At(1) == '&' && At(2) is '\'' or '"':
                // Its escapes may spell anything, by a character that UESCAPE names later.
                var end = At(2) == '"' ? SqlEnclosure.EndOfQuoted(_text, _at + 2) : SqlEnclosure.EndOfPlain(_text, _at + 2, out _);
                return TakeTo(end, SqlTokenKind.Unclear);
            default:
                HasCapitals = Is(c, Capital);
                return Take(SqlTokenKind.Word, 1);
        }
    }

    SqlTokenKind Plain(int prefix)
    {
        var end = SqlEnclosure.EndOfPlain(_text, _at + prefix, out var isUnclear);
        return TakeTo(end, isUnclear ? SqlTokenKind.Unclear : SqlTokenKind.Text);
    }

    SqlTokenKind Number()
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

    SqlTokenKind Operator()
    {
        if (!Is(At(1), Symbol))
        {
            return Take(SqlTokenKind.Operator, 1);
        }

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

    SqlTokenKind Dollar()
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
