using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Commits;

/// <summary>What was noted, what the monitor has seen, what the writer says, and what that proves.</summary>
sealed class CommitCase : ISpecCase
{
    public required string Name { get; init; }

    public ProofSpec Proof { get; init; } = new();

    /// <summary>What was seen, in order.</summary>
    public required List<ObservationSpec> Seen { get; init; }

    /// <summary>The writer, asked now. It is itself seen by that.</summary>
    public required ProbedSpec Writer { get; init; }

    public required TransactionStatus Status { get; init; }

    /// <summary><c>Open</c> while it is to be asked again.</summary>
    public required string Expect { get; init; }

    /// <summary>A part of the reason.</summary>
    public string? Because { get; init; }
}
