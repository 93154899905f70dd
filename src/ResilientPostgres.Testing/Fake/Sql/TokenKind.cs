namespace ResilientPostgres.Testing.Sql;

/// <summary>What a piece of SQL is.</summary>
internal enum TokenKind
{
    /// <summary>A key word or a name without quotes.</summary>
    Word,

    /// <summary>A name in quotes.</summary>
    Quoted,

    /// <summary>A string in any of its forms.</summary>
    Literal,

    /// <summary>A number.</summary>
    Number,

    /// <summary>$1 and so on.</summary>
    Parameter,

    /// <summary>One character of an operator or of punctuation.</summary>
    Symbol,
}
