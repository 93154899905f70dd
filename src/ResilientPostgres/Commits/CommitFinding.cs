namespace ResilientPostgres.Commits;

/// <summary>What the writer's answer says.</summary>
/// <param name="Evidence">All that is known now.</param>
/// <param name="IsOpen">It is to be asked again.</param>
/// <param name="IsUnderWay">The transaction's session is still there.</param>
readonly record struct CommitFinding(CommitEvidence Evidence, bool IsOpen, bool IsUnderWay);
