namespace ResilientPostgres.Testing;

/// <summary>No PostgreSQL server programs were found on this machine.</summary>
public sealed class PostgresBinariesNotFoundException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="searched">The places that were looked at, in order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="searched"/> is null.</exception>
    public PostgresBinariesNotFoundException(IReadOnlyList<string> searched)
        : base(Describe(searched)) => Searched = searched;

    /// <summary>The places that were looked at, in order.</summary>
    public IReadOnlyList<string> Searched { get; }

    static string Describe(IReadOnlyList<string> searched)
    {
        ArgumentNullException.ThrowIfNull(searched);
        return "No PostgreSQL server programs (postgres, initdb) were found. Looked at: " + string.Join("; ", searched) +
            ". Install the server (Debian, Ubuntu: apt-get install postgresql), or name its bin folder in the environment variable " +
            BinariesFinder.EnvironmentVariable + " or in PostgresClusterOptions.BinDirectory.";
    }
}
