using ResilientPostgres.Options;

namespace ResilientPostgres;

/// <summary>How the outcome of a transaction is found out when the answer to its COMMIT is lost.</summary>
public sealed class CommitOptions
{
    /// <summary>
    /// Whether something is noted of each writing transaction: its id, and a message of prefix <c>resilient_postgres</c> in the log (56 bytes), which
    /// logical decoding sees. Without it every lost answer is an unknown outcome.
    /// </summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool Capture { get; set; } = true;

    /// <summary>
    /// Whether the session of a transaction whose COMMIT was not answered is ended if it is still there (<c>pg_terminate_backend</c>, which a role may
    /// do to its own sessions). Switch it off behind pgpool-II, which takes that for a failing server.
    /// </summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool FencesOrphans { get; set; } = true;

    /// <summary>
    /// Whether a write that runs as a command of its own (<c>db.CreateCommand</c>, not its readers) is put into a transaction, so that its outcome can be found out too. One
    /// round trip more, and not for what can't run in a transaction (VACUUM, CREATE INDEX CONCURRENTLY).
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool AutocommitGuard { get; set; }

    /// <summary>How many acknowledged transactions are remembered, to tell after a failover which of them it has lost; 0 for none.</summary>
    /// <value>The default value is 0; up to 10,000,000.</value>
    public int LedgerCapacity { get; set; } = Defaults.LedgerCapacity;
}
