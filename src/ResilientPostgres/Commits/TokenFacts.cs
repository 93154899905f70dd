using ResilientPostgres.Topology;

namespace ResilientPostgres.Commits;

/// <summary>What the current writer says.</summary>
/// <param name="Server">The server.</param>
/// <param name="Claim">What came of the claim.</param>
readonly record struct TokenFacts(ServerFacts Server, TokenClaim Claim);
