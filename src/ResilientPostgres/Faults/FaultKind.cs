namespace ResilientPostgres;

/// <summary>What kind of failure it was.</summary>
public enum FaultKind
{
    /// <summary>Not the database's: the caller's own code, or a caller's cancellation.</summary>
    Application,

    /// <summary>The server refused the statement for what it says (syntax, constraint, permission): repeating does not help.</summary>
    Statement,

    /// <summary>Another transaction stood in the way (40001, 40P01, 55P03).</summary>
    Concurrency,

    /// <summary>A write reached a server that takes none (25006).</summary>
    ReadOnlyServer,

    /// <summary>The session ended without an answer, or the server said it ends.</summary>
    ConnectionLost,

    /// <summary>No connection could be made.</summary>
    ConnectFailed,

    /// <summary>The server is starting up, shutting down or recovering (57P03).</summary>
    StartingUp,

    /// <summary>Too many connections, memory or other resources at their limit (class 53), or our own pool exhausted.</summary>
    Overloaded,

    /// <summary>Our user, password or database is refused.</summary>
    Misconfigured,

    /// <summary>No answer within the time allowed.</summary>
    Timeout,
}
