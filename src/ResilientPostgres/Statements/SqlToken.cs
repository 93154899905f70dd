namespace ResilientPostgres.Statements;

/// <summary>One piece of a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="HasCapitals">Of a word: it has to be folded.</param>
readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length, bool HasCapitals = false);
