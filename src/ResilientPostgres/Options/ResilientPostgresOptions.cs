using ResilientPostgres.Options;
using ResilientPostgres.Settings;


namespace ResilientPostgres;

/// <summary>The settings of one cluster. Checked at start; a reload with a bad value is refused and the running settings stay.</summary>
public sealed class ResilientPostgresOptions
{
    /// <summary>
    /// An Npgsql connection string whose <c>Host</c> lists the servers: <c>Host=a,b:5433;Database=…;Username=…</c>.
    /// <c>Target Session Attributes</c> becomes the default <see cref="ReadPreference"/>; <c>Load Balance Hosts</c> and
    /// <c>Host Recheck Seconds</c> have no meaning here. <c>Maximum Pool Size</c> is per server and includes the monitor's own session.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Servers beside those of the connection string, or more about them (weight, labels, may it become primary).</summary>
    public IList<EndpointOptions> Endpoints { get; init; } = [];

    /// <summary>What stands between the application and the servers. The hosts of the connection string are then the poolers.</summary>
    /// <value>The default value is <see cref="PoolerKinds.None"/>.</value>
    public PoolerKinds Pooler { get; set; }

    /// <summary>
    /// The servers behind pgpool, written like the connection string's <c>Host</c>: they are watched and read from directly, with everything that holds for standbys, while
    /// all else goes through pgpool. They are never written to.
    /// </summary>
    /// <value>The default is none: pgpool splits the reads.</value>
    public string? Backends { get; set; }

    /// <summary>How much of the library acts.</summary>
    /// <value>The default value is <see cref="RoutingMode.Full"/>.</value>
    public RoutingMode Mode { get; set; } = RoutingMode.Full;

    /// <summary>Where reads run when a call does not say.</summary>
    /// <value>The default is what <c>Target Session Attributes</c> says, else <see cref="ReadPreference.PreferStandby"/>.</value>
    public ReadPreference? ReadPreference { get; set; }

    /// <summary>
    /// How far a standby may provably be behind the primary and still be read. Below three times <see cref="MonitoringOptions.ProbeInterval"/> probes alone can't prove
    /// it, and the primary is asked for its position now and again, once for all reads that wait for it.
    /// </summary>
    /// <value>The default value is 2 seconds; from 10 milliseconds on.</value>
    public TimeSpan MaxReplicationLag { get; set; } = Defaults.MaxReplicationLag;

    /// <summary>How many bytes of log a standby may be behind as last probed, and still be read.</summary>
    /// <value>The default value is <see langword="null"/>: no such limit. At least 1 kB (1024).</value>
    public long? MaxReplicationLagBytes { get; set; }

    /// <summary>Which writes reads are sure to see.</summary>
    public ConsistencyOptions Consistency { get; set; } = new();

    /// <summary>The longest one attempt of a unit of work may take. Not above <see cref="TotalTimeout"/>.</summary>
    /// <value>The default value is 10 seconds.</value>
    public TimeSpan AttemptTimeout { get; set; } = Defaults.AttemptTimeout;

    /// <summary>The longest a call may take with all its waiting and repeating, and the longest it waits for a server.</summary>
    /// <value>The default value is 30 seconds.</value>
    public TimeSpan TotalTimeout { get; set; } = Defaults.TotalTimeout;

    /// <summary>Which servers reads prefer: those of the same zone, or the nearest.</summary>
    public AffinityOptions Affinity { get; set; } = new();

    /// <summary>How failed calls are repeated.</summary>
    public RetryOptions Retry { get; set; } = new();

    /// <summary>When an endpoint that fails its calls is left out for a while.</summary>
    public CircuitBreakerOptions CircuitBreaker { get; set; } = new();

    /// <summary>Whether slow reads get a second attempt elsewhere.</summary>
    public HedgingOptions Hedging { get; set; } = new();

    /// <summary>How lost answers to COMMIT are resolved.</summary>
    public CommitOptions Commits { get; set; } = new();

    /// <summary>Where single statements run.</summary>
    public StatementRoutingOptions StatementRouting { get; set; } = new();

    /// <summary>What happens to writes while two servers of the cluster both accept them.</summary>
    /// <value>The default value is <see cref="SplitBrainAction.RefuseWrites"/>.</value>
    public SplitBrainAction SplitBrain { get; set; } = SplitBrainAction.RefuseWrites;

    /// <summary>How the servers are watched.</summary>
    public MonitoringOptions Monitoring { get; set; } = new();

    /// <summary>Null if they were not bound to a section.</summary>
    internal SectionFindings? Section { get; set; }
}
