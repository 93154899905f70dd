using Npgsql;

namespace ResilientPostgres.Faults;

/// <summary>Whether a statement failed for having been prepared: the same text, as it is, would do.</summary>
static class StalePreparation
{
    /// <summary>The server's words for it are in its own language, this name is not.</summary>
    public const string Routine = "RevalidateCachedQuery";

    public static bool Is(in Fault fault, Exception exception) => fault.Repeat == Repeat.Once && ExceptionShell.Unwrap(exception) is var cause
        && (cause is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported } || IsMissing(cause) || IsSlip(cause));

    /// <summary>A table or a type has changed, or what was prepared is gone; or it is wrong anyway. Not to be prepared again is right in any case.</summary>
    public static bool MayBe(PostgresException e) => e.SqlState.AsSpan(0, 2) is "0A" or "26" or "42" or "XX";

    /// <summary>Somebody threw away what the driver had prepared on the session, and the driver did not notice.</summary>
    public static bool IsMissing(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.InvalidSqlStatementName } e
        && (HasName(e.MessageText, "_p") || HasName(e.MessageText, "_auto"));

    /// <summary>
    /// Npgsql 10.0.3 loses the server's error (0A000, a prepared statement's table has changed) over an oversight of its own where a later statement of the same batch is
    /// just being prepared. The session is well.
    /// </summary>
    public static bool IsSlip(Exception exception) => exception is NullReferenceException { Source: nameof(Npgsql) };

    /// <summary>The driver's names end in a number; what they are quoted with depends on the language.</summary>
    static bool HasName(string message, string start)
    {
        var at = message.IndexOf(start, StringComparison.Ordinal);
        return at >= 0 && at + start.Length < message.Length && char.IsAsciiDigit(message[at + start.Length]);
    }
}
