namespace ResilientPostgres.Statements;

/// <summary>What one piece of a text is.</summary>
enum SqlTokenKind : byte
{
    End,
    Word,
    Quoted,
    Text,
    Number,
    Parameter,
    Comma,
    Dot,
    Cast,
    Other,

    /// <summary>From here on they mean something to a query by themselves.</summary>
    Semicolon,
    Operator,
    Open,
    Close,

    /// <summary>Unterminated, or its meaning depends on settings that can't be seen here.</summary>
    Unclear,
}
