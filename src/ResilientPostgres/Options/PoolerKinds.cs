namespace ResilientPostgres;

/// <summary>
/// What stands between the application and the servers, so that the library knows what it can't see through it. Several may be combined where one stands
/// behind the other: <c>PgBouncerTransaction | Pgpool</c>.
/// </summary>
[Flags]
public enum PoolerKinds
{
    /// <summary>Nothing: each endpoint is a server.</summary>
    None = 0,

    /// <summary>
    /// pgpool-II. Several are interchangeable: reads and writes are spread over all that stand before the primary. Which server answers a read stays pgpool's
    /// affair, unless the servers behind it are given (<see cref="ResilientPostgresOptions.Backends"/>).
    /// </summary>
    Pgpool = 1,

    /// <summary>PgBouncer with <c>pool_mode = session</c>: one server session for as long as the client keeps its own.</summary>
    PgBouncerSession = 2,

    /// <summary>
    /// PgBouncer with <c>pool_mode = transaction</c>: a server session for one transaction only. Nothing may be left in a session: statements that do are refused, and
    /// none are prepared unless <see cref="StatementRoutingOptions.PreparedStatements"/> says so.
    /// </summary>
    PgBouncerTransaction = 4,
}
