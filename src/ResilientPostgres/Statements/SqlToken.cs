namespace ResilientPostgres.Statements;

/// <summary>One piece of a text.</summary>
readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length);
