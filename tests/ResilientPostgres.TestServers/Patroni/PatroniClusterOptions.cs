using System.Security.Cryptography.X509Certificates;

namespace ResilientPostgres.TestServers;

/// <summary>What a <see cref="PatroniCluster"/> is made of.</summary>
public sealed class PatroniClusterOptions
{
    public int Members { get; init; } = 3;

    /// <summary>How long a leader that says nothing stays leader. Patroni's own default is 30 seconds; whole seconds.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often each member looks. Whole seconds, at least 1.</summary>
    public TimeSpan LoopWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long Patroni tries to reach etcd before the leader gives up. Whole seconds, at least 3.</summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Patroni's <c>synchronous_mode</c>: a commit waits for one standby, and only that one may follow.</summary>
    public bool Synchronous { get; init; }

    /// <summary>The certificate of the REST interface, with its private key; null for plain HTTP.</summary>
    public X509Certificate2? RestCertificate { get; init; }

    /// <summary>Tags by the name of the member: <c>pg1</c>, <c>pg2</c> ….</summary>
    public IDictionary<string, PatroniTags> Tags { get; } = new Dictionary<string, PatroniTags>(StringComparer.Ordinal);

    /// <summary>More PostgreSQL settings; they win over the cluster's own.</summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long one step may take.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
