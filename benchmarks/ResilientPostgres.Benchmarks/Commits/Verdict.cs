namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>What the caller was told of one transaction.</summary>
enum Verdict
{
    Committed,
    NotCommitted,
    Unknown,
}
