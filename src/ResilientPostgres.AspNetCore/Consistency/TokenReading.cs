namespace ResilientPostgres.AspNetCore.Consistency;

/// <summary>What a text from outside has come to.</summary>
/// <param name="Tokens">The tokens in it.</param>
/// <param name="Ignored">Why it does not count; null if it does.</param>
readonly record struct TokenReading(IReadOnlyCollection<ConsistencyToken> Tokens, IgnoredReason? Ignored);
