using ResilientPostgres.Options;


namespace ResilientPostgres;

/// <summary>How the outcome of a transaction is found out when the answer to its COMMIT is lost.</summary>
public sealed class CommitOptions
{
    /// <summary>
    /// Whether something is noted of each writing transaction, as <see cref="Guard"/> says. Without it every lost answer is an unknown outcome, whatever the guard.
    /// </summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool Capture { get; set; } = true;

    /// <summary>
    /// What is noted: <see cref="CommitGuard.LogPosition"/>, the transaction's id and a message of prefix <c>resilient_postgres</c> in the log (56 bytes), which
    /// logical decoding sees; or <see cref="CommitGuard.TokenRow"/>, a row in <see cref="TokenTable"/>.
    /// </summary>
    /// <value>The default value is <see cref="CommitGuard.LogPosition"/>.</value>
    public CommitGuard Guard { get; set; } = CommitGuard.LogPosition;

    /// <summary>The table of <see cref="CommitGuard.TokenRow"/>, as <c>schema.table</c> in lower-case letters, digits and underscores.</summary>
    /// <value>The default value is <c>resilient_postgres.commits</c>.</value>
    public string TokenTable { get; set; } = Defaults.TokenTable;

    /// <summary>Whether that table and its schema are created when they are missing. Without it a missing table is logged (3006), and outcomes are unknown.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool CreatesTokenTable { get; set; }

    /// <summary>
    /// How old a token may become before it is deleted. All that share a table should have the same. For half of that time an outcome can be found out.
    /// </summary>
    /// <value>The default value is 1 day; 10 minutes to 365 days, and at least four times <see cref="ResilientPostgresOptions.TotalTimeout"/>.</value>
    public TimeSpan TokenRetention { get; set; } = Defaults.TokenRetention;

    /// <summary>
    /// Whether the session of a transaction whose COMMIT was not answered is ended if it is still there (<c>pg_terminate_backend</c>, which a role may
    /// do to its own sessions). Never behind pgpool-II (<see cref="PoolerKinds.Pgpool"/>), which takes that for a failing server.
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
