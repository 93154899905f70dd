namespace ResilientPostgres.Testing;

/// <summary>A server of a test cluster, or one of PostgreSQL's programs, did not do what it was asked to.</summary>
/// <remarks>The message ends with the last lines of the server's log, or with what the program wrote.</remarks>
public sealed class PostgresServerException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was asked, and what happened instead.</param>
    /// <param name="output">The end of the server's log or the program's output.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public PostgresServerException(string message, string output, Exception? innerException = null)
        : base(message + Environment.NewLine + output, innerException) => Output = output;

    /// <summary>The end of the server's log, or the program's output.</summary>
    public string Output { get; }

    internal bool IsPortTaken => Output.Contains("Address already in use", StringComparison.Ordinal);
}
