using System.Buffers;
using static ResilientPostgres.Statements.SqlCharacter;

namespace ResilientPostgres.Statements;

/// <summary>Where that ends which has an end of its own: comments, strings, quoted names. Behind its last character, or -1 if it does not end.</summary>
static class SqlEnclosure
{
    static readonly SearchValues<char> _lineEnds = SearchValues.Create("\n\r");
    static readonly SearchValues<char> _commentMarks = SearchValues.Create("*/");
    static readonly SearchValues<char> _escapeMarks = SearchValues.Create("'\\");

    /// <summary>Of a line, which always has an end.</summary>
    public static int EndOfLine(ReadOnlySpan<char> text, int at) => text[at..].IndexOfAny(_lineEnds) is var end and >= 0 ? at + end : text.Length;

    /// <summary>Of a comment, which others may stand in.</summary>
    public static int EndOfBlock(ReadOnlySpan<char> text, int from)
    {
        var depth = 1;
        var at = from + 2;
        while (depth > 0)
        {
            if (at + 1 >= text.Length)
            {
                return -1;
            }

            var (first, second) = (text[at], text[at + 1]);
            if (first is not ('*' or '/'))
            {
                at = text[at..].IndexOfAny(_commentMarks) is var mark and >= 0 ? at + mark : text.Length;
                continue;
            }

            var isMark = first != second && second is '*' or '/';
            depth += !isMark ? 0 : first == '/' ? 1 : -1;
            at += isMark ? 2 : 1;
        }

        return at;
    }

    /// <summary>
    /// Of a string without escapes. A backslash before a quote would be one if standard_conforming_strings were off: then nobody here
    /// can say where the string ends.
    /// </summary>
    public static int EndOfPlain(ReadOnlySpan<char> text, int quote, out bool isUnclear)
    {
        isUnclear = false;
        var at = quote + 1;
        while (true)
        {
            var found = text[at..].IndexOf('\'');
            if (found < 0)
            {
                return -1;
            }

            at += found;
            isUnclear |= found > 0 && text[at - 1] == '\\';
            if (at + 1 >= text.Length || text[at + 1] != '\'')
            {
                return at + 1;
            }

            at += 2;
        }
    }

    /// <summary>Of a string with escapes.</summary>
    public static int EndOfEscaped(ReadOnlySpan<char> text, int quote)
    {
        var at = quote + 1;
        while (true)
        {
            var mark = text[Math.Min(at, text.Length)..].IndexOfAny(_escapeMarks);
            if (mark < 0)
            {
                return -1;
            }

            at += mark;
            var isDoubled = at + 1 < text.Length && text[at + 1] == '\'';
            if (text[at] == '\'' && !isDoubled)
            {
                if (Continuation(text, at + 1) is not ({ } further))
                {
                    return at + 1;
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
    static int? Continuation(ReadOnlySpan<char> text, int at)
    {
        var hasLineEnd = false;
        while (at < text.Length)
        {
            if (text[at] == '-' && at + 1 < text.Length && text[at + 1] == '-')
            {
                at = EndOfLine(text, at);
            }
            else if (Is(text[at], Blank))
            {
                hasLineEnd |= text[at] is '\n' or '\r';
                at++;
            }
            else
            {
                return hasLineEnd && text[at] == '\'' ? at + 1 : null;
            }
        }

        return null;
    }

    /// <summary>Of a name in double quotes.</summary>
    public static int EndOfQuoted(ReadOnlySpan<char> text, int quote)
    {
        var at = quote + 1;
        while (true)
        {
            var found = text[at..].IndexOf('"');
            if (found < 0)
            {
                return -1;
            }

            at += found;
            if (at + 1 >= text.Length || text[at + 1] != '"')
            {
                return at + 1;
            }

            at += 2;
        }
    }

    /// <summary>Of a string between dollars with as many characters in its tag.</summary>
    public static int EndOfDollars(ReadOnlySpan<char> text, int from, int tag) =>
        text[(from + tag)..].IndexOf(text.Slice(from, tag)) is var end and >= 0 ? from + tag + end + tag : -1;
}
