namespace ResilientPostgres;

/// <summary>A transaction that was committed.</summary>
/// <typeparam name="T">What its work returned.</typeparam>
/// <param name="Value">What its work returned.</param>
/// <param name="Commit">What is known of its commit.</param>
public sealed record TransactionResult<T>(T Value, CommitRecord Commit);
