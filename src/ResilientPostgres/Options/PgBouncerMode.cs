namespace ResilientPostgres;

/// <summary>The <c>pool_mode</c> of a PgBouncer.</summary>
public enum PgBouncerMode
{
    /// <summary>A server session for one transaction only.</summary>
    Transaction,

    /// <summary>One server session for as long as the client keeps its own.</summary>
    Session,
}
