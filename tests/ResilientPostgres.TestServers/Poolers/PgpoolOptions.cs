using System.Security.Cryptography.X509Certificates;

namespace ResilientPostgres.TestServers;

/// <summary>What a <see cref="PgpoolServer"/> is told. Where pgpool's documentation and its program differ in a default, ours is stated.</summary>
public sealed class PgpoolOptions
{
    /// <summary><c>num_init_children</c>: how many clients at once.</summary>
    public int Children { get; init; } = 32;

    /// <summary><c>reserved_connections</c>: 0 lets more clients wait, 1 or more refuses them.</summary>
    public int ReservedConnections { get; init; }

    /// <summary><c>max_pool</c>.</summary>
    public int PoolsPerChild { get; init; } = 4;

    public bool LoadBalance { get; init; } = true;

    /// <summary><c>statement_level_load_balance</c>.</summary>
    public bool BalancesStatements { get; init; }

    /// <summary><c>failover_on_backend_error</c>.</summary>
    public bool FailoverOnBackendError { get; init; } = true;

    /// <summary><c>failover_on_backend_shutdown</c>.</summary>
    public bool FailoverOnBackendShutdown { get; init; }

    /// <summary><c>health_check_period</c>, whole seconds; zero for none.</summary>
    public TimeSpan HealthCheckPeriod { get; init; }

    /// <summary><c>sr_check_period</c>, whole seconds; zero for none: no lag is measured then.</summary>
    public TimeSpan StreamingCheckPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>search_primary_node_timeout</c>, whole seconds: how long new sessions hang when there is no primary.</summary>
    public TimeSpan SearchPrimaryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>delay_threshold</c> in bytes of WAL; 0 for none.</summary>
    public long DelayThreshold { get; init; }

    /// <summary>Whether pgpool promotes a standby when it finds the primary gone (<c>failover_command</c>).</summary>
    public bool PromotesOnFailover { get; init; }

    /// <summary>The certificate clients see, with its private key; null for no TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>More settings; they win over the ones above.</summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long one step may take.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
