namespace ResilientPostgres.Testing.Wire;

/// <summary>An error as the server reports it. One that is fatal ends the session.</summary>
internal sealed class PostgresError(string sqlState, string message, string? detail = null, string? hint = null, bool isFatal = false) : Exception(message)
{
    internal string SqlState => sqlState;

    internal string? Detail => detail;

    internal string? Hint => hint;

    internal bool IsFatal => isFatal;

    internal static PostgresError Protocol(string message, bool isFatal = false) => new("08P01", message, isFatal: isFatal);

    internal static PostgresError Refused(string what) => new("0A000", $"FakePostgresCluster has no {what}");
}
