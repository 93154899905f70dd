namespace ResilientPostgres;

/// <summary>What is noted of a transaction while it runs, so that its outcome can be found out should the answer to its COMMIT be lost.</summary>
public enum CommitGuard
{
    /// <summary>Its id and a position in the log: needs no table, and the log-position functions of stock PostgreSQL.</summary>
    LogPosition,

    /// <summary>
    /// A row with a token of its own (<see cref="CommitOptions.TokenTable"/>). It is resolved by claiming the same token: needs a table, and
    /// nothing that a server could have implemented differently.
    /// </summary>
    TokenRow,
}
