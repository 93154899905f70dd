namespace ResilientPostgres.Statements;

/// <summary>What a character may be part of, by a table.</summary>
static class SqlCharacter
{
    public const byte Blank = 1;
    public const byte WordStart = 2;
    public const byte WordPart = 4;
    public const byte Symbol = 8;
    public const byte Capital = 16;

    /// <summary>A token by itself, whatever stands beside it; above these bits stands of which kind.</summary>
    public const byte Alone = 32;

    static readonly ushort[] _classes = Classes();

    /// <summary>All that it may be part of.</summary>
    public static int ClassesOf(char c) => c < _classes.Length ? _classes[c] : WordStart | WordPart;

    public static bool Is(char c, byte of) => c < _classes.Length ? (_classes[c] & of) != 0 : (of & (WordStart | WordPart)) != 0;

    /// <summary>What one that stands alone is, by its classes.</summary>
    public static SqlTokenKind KindOf(int classes) => (SqlTokenKind)(classes >> 8);

    static ushort[] Classes()
    {
        var classes = new ushort[0x80];
        for (var c = '\0'; c < classes.Length; c++)
        {
            classes[c] = (ushort)((" \n\r\t\f\v".Contains(c) ? Blank : 0)
                | (char.IsAsciiLetter(c) || c == '_' ? WordStart : 0)
                | (char.IsAsciiLetterOrDigit(c) || c is '_' or '$' ? WordPart : 0)
                | (char.IsAsciiLetterUpper(c) ? Capital : 0)
                | ("+-*/<>=~!@#%^&|`?".Contains(c) ? Symbol : 0));
            if (classes[c] == 0 && !".:'\"".Contains(c))
            {
                classes[c] = (ushort)(Alone | ((int)Kind(c) << 8));
            }
        }

        return classes;
    }

    static SqlTokenKind Kind(char c) => c switch
    {
        '(' => SqlTokenKind.Open,
        ')' => SqlTokenKind.Close,
        ',' => SqlTokenKind.Comma,
        ';' => SqlTokenKind.Semicolon,
        '[' or ']' => SqlTokenKind.Other,
        _ => SqlTokenKind.Unclear,
    };
}
