namespace ResilientPostgres.Testing;

/// <summary>When a connection is lost around a commit.</summary>
public enum CommitLoss
{
    /// <summary>Before it was applied: the transaction is rolled back.</summary>
    BeforeApplied,

    /// <summary>After it was applied, before it was answered: the transaction is committed.</summary>
    AfterApplied,
}
