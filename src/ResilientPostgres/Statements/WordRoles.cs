namespace ResilientPostgres.Statements;

/// <summary>What a word may stand for: the sections of words.txt.</summary>
[Flags]
enum WordRoles : byte
{
    None = 0,

    /// <summary>Never an alias or a table before a name.</summary>
    Keyword = 1,

    /// <summary>Before a parenthesis it calls nothing.</summary>
    Syntax = 2,

    /// <summary>A built-in function that changes nothing.</summary>
    Reads = 4,

    /// <summary>Tells about one server.</summary>
    Own = 8,

    /// <summary>A built-in function that changes something, but not the session.</summary>
    Writes = 16,

    /// <summary>Of the session.</summary>
    Keeps = 32,

    /// <summary>A relation: it need not be called.</summary>
    Relation = 64,
}
