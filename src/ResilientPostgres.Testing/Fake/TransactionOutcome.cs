namespace ResilientPostgres.Testing;

/// <summary>What has become of a transaction.</summary>
public enum TransactionOutcome
{
    /// <summary>It goes on.</summary>
    Open,

    /// <summary>It was committed.</summary>
    Committed,

    /// <summary>It was rolled back, by a statement, an error or the end of its session.</summary>
    RolledBack,
}
