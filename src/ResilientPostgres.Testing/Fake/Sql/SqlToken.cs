namespace ResilientPostgres.Testing.Sql;

/// <summary>A piece of SQL and where it stands.</summary>
internal readonly record struct SqlToken(TokenKind Kind, int Start, int Length)
{
    internal int End => Start + Length;
}
