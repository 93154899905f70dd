using ResilientPostgres.Commits;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Commits;

/// <summary>A token, what the writer says, and what that proves.</summary>
sealed class TokenCase : ISpecCase
{
    public required string Name { get; init; }

    public TokenProofSpec Proof { get; init; } = new();

    /// <summary>How long ago it was made; tokens are kept for an hour.</summary>
    public int AgeSeconds { get; init; } = 1;

    /// <summary>The writer.</summary>
    public required ProbedSpec Writer { get; init; }

    public required TokenClaim Claim { get; init; }

    /// <summary>What may be done to find out: <c>Claim</c>, <c>Look</c>, or <c>Nothing</c>.</summary>
    public string Asked { get; init; } = "Claim";

    /// <summary><c>Open</c> while it is to be asked again.</summary>
    public required string Expect { get; init; }

    /// <summary>A part of the reason.</summary>
    public string? Because { get; init; }
}
