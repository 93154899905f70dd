using Npgsql;

namespace ResilientPostgres.Faults;

/// <summary>Whether a statement failed for what the driver had prepared: the same text, prepared anew, would do.</summary>
static class StalePreparation
{
    public static bool Is(in Fault fault, Exception exception) => fault.Repeat == Repeat.Once && ExceptionShell.Unwrap(exception) is var cause
        && (cause is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.InvalidSqlStatementName } || IsSlip(cause));

    /// <summary>
    /// Npgsql 10.0.3 loses the server's error (0A000, a prepared statement's table has changed) over an oversight of its own where a later statement of the same batch is
    /// just being prepared. The session is well.
    /// </summary>
    public static bool IsSlip(Exception exception) => exception is NullReferenceException { Source: nameof(Npgsql) };
}
