namespace ResilientPostgres.Commits;

/// <summary>What the facts prove.</summary>
/// <param name="Outcome">What became of it; null while it is still open.</param>
/// <param name="Reason">The rule, for people.</param>
readonly record struct CommitJudgement(CommitOutcome? Outcome, string Reason);
