namespace ResilientPostgres;

/// <summary>An acknowledged transaction that a failover has left behind, or may have.</summary>
/// <param name="Tag">What its caller had named it (<c>TransactOptions.Tag</c>).</param>
/// <param name="Evidence">What is known of it.</param>
public sealed record LostWrite(string? Tag, CommitEvidence Evidence);
