namespace ResilientPostgres.Statements;

/// <summary>What a character may be part of, by a table.</summary>
static class SqlCharacter
{
    public const byte Blank = 1;
    public const byte WordStart = 2;
    public const byte WordPart = 4;
    public const byte Symbol = 8;
    public const byte Capital = 16;

    /// <summary>A token by itself, whatever stands beside it.</summary>
    public const byte Alone = 32;

    static readonly byte[] _classes = Classes();
    static readonly SqlTokenKind[] _kinds = Kinds();

    /// <summary>All that it may be part of.</summary>
    public static int ClassesOf(char c) => c < _classes.Length ? _classes[c] : WordStart | WordPart;

    public static bool Is(char c, byte of) => c < _classes.Length ? (_classes[c] & of) != 0 : (of & (WordStart | WordPart)) != 0;

    /// <summary>What one that stands alone is.</summary>
    public static SqlTokenKind KindOf(char c) => c < _kinds.Length ? _kinds[c] : SqlTokenKind.Unclear;

    static byte[] Classes()
    {
        var classes = new byte[0x80];
        for (var c = '\0'; c < classes.Length; c++)
        {
            classes[c] = (byte)((" \n\r\t\f\v".Contains(c) ? Blank : 0)
                | (char.IsAsciiLetter(c) || c == '_' ? WordStart : 0)
                | (char.IsAsciiLetterOrDigit(c) || c is '_' or '$' ? WordPart : 0)
                | (char.IsAsciiLetterUpper(c) ? Capital : 0)
                | ("+-*/<>=~!@#%^&|`?".Contains(c) ? Symbol : 0));
            classes[c] |= classes[c] == 0 && !".:'\"".Contains(c) ? Alone : (byte)0;
        }

        return classes;
    }

    static SqlTokenKind[] Kinds()
    {
        var kinds = new SqlTokenKind[0x80];
        Array.Fill(kinds, SqlTokenKind.Unclear);
        kinds['('] = SqlTokenKind.Open;
        kinds[')'] = SqlTokenKind.Close;
        kinds[','] = SqlTokenKind.Comma;
        kinds[';'] = SqlTokenKind.Semicolon;
        (kinds['['], kinds[']']) = (SqlTokenKind.Other, SqlTokenKind.Other);
        return kinds;
    }
}
