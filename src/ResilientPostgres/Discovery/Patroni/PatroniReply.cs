namespace ResilientPostgres.Discovery;

/// <summary>What came of one question.</summary>
/// <param name="From">The member that was asked.</param>
/// <param name="Answer">What it says; null if nothing that can be used.</param>
/// <param name="Failure">Why not.</param>
sealed record PatroniReply(Uri From, PatroniAnswer? Answer, string? Failure = null);
