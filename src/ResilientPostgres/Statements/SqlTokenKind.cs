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
    Operator,
    Open,
    Close,
    Comma,
    Dot,
    Cast,
    Semicolon,
    Other,

    /// <summary>Unterminated, or its meaning depends on settings that can't be seen here.</summary>
    Unclear,
}
