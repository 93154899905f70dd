namespace ResilientPostgres;

/// <summary>What a server says about a transaction id (<c>pg_xact_status</c>).</summary>
public enum TransactionStatus
{
    /// <summary>It is running, or waits for a synchronous standby.</summary>
    InProgress,

    /// <summary>A transaction of that id was committed.</summary>
    Committed,

    /// <summary>A transaction of that id was rolled back.</summary>
    Aborted,

    /// <summary>No transaction had that id yet (error 22023).</summary>
    Future,

    /// <summary>It is too long ago to tell.</summary>
    TooOld,
}
