namespace ResilientPostgres.Dns.Lookup;

/// <summary>What is known of a name.</summary>
/// <param name="Value">The last good answer; null if there never was one.</param>
/// <param name="ValidFor">Until it should be asked for again.</param>
/// <param name="Failure">Why the answer is not a new one.</param>
sealed record Resolved<T>(T? Value, TimeSpan ValidFor, string? Failure = null)
    where T : class;
