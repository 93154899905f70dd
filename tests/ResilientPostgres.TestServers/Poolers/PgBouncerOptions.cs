using System.Security.Cryptography.X509Certificates;

namespace ResilientPostgres.TestServers;

/// <summary>What a <see cref="PgBouncerServer"/> is told.</summary>
public sealed class PgBouncerOptions
{
    public PoolMode Mode { get; init; } = PoolMode.Transaction;

    /// <summary><c>max_client_conn</c>.</summary>
    public int MaxClients { get; init; } = 100;

    /// <summary><c>default_pool_size</c>: server sessions for each database and user.</summary>
    public int PoolSize { get; init; } = 20;

    /// <summary><c>query_wait_timeout</c>, whole seconds; zero for none. PgBouncer's own default is two minutes.</summary>
    public TimeSpan QueryWaitTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary><c>server_login_retry</c>, whole seconds: how long a failed connection to a server is remembered. PgBouncer's own default is 15.</summary>
    public TimeSpan ServerLoginRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The certificate clients see, with its private key; null for no TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>More settings of the section <c>[pgbouncer]</c>; they win over the ones above.</summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long one step may take.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
