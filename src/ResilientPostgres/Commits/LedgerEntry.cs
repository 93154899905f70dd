using NpgsqlTypes;

namespace ResilientPostgres.Commits;

/// <summary>One acknowledged transaction.</summary>
/// <param name="Proof">What was noted of it.</param>
/// <param name="WrittenBelow">Its commit stands in the log below this position; null if that is not known.</param>
/// <param name="Tag">What its caller had named it.</param>
sealed record LedgerEntry(ICommitProof Proof, NpgsqlLogSequenceNumber? WrittenBelow, string? Tag);
