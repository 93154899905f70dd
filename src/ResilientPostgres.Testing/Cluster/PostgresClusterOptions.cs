using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ResilientPostgres.Testing;

/// <summary>What a <see cref="PostgresCluster"/> is made of.</summary>
public sealed class PostgresClusterOptions
{
    /// <summary>How many standbys stream from the primary.</summary>
    /// <value>The default value is 2. Must be between 0 and 15.</value>
    public int Standbys { get; set; } = 2;

    /// <summary>Whether a commit waits until at least one other server has flushed it (<c>ANY 1</c> of all the others).</summary>
    /// <value>The default value is <see langword="false"/>. Holds after a promotion as well.</value>
    public bool SynchronousReplication { get; set; }

    /// <summary>Whether <c>wal_level</c> is <c>logical</c> rather than <c>replica</c>.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool LogicalReplication { get; set; }

    /// <summary>Whether autovacuum runs.</summary>
    /// <value>The default value is <see langword="false"/>: nothing happens that a test did not ask for.</value>
    public bool Autovacuum { get; set; }

    /// <summary>The limit of sessions per server.</summary>
    /// <value>The default value is 300. Must be between 20 and 10,000.</value>
    public int MaxConnections { get; set; } = 300;

    /// <summary>The database that is created beside <c>postgres</c>.</summary>
    /// <value>The default value is <c>app</c>.</value>
    public string Database { get; set; } = "app";

    /// <summary>The ordinary login role that owns <see cref="Database"/>.</summary>
    /// <value>The default value is <c>app</c>.</value>
    public string Username { get; set; } = "app";

    /// <summary>The password of <see cref="Username"/> and of the superuser, checked by SCRAM-SHA-256.</summary>
    /// <value>The default value is <see langword="null"/>: everyone on the loopback interface is trusted.</value>
    public string? Password { get; set; }

    /// <summary>The loopback addresses the servers listen on, one each in the order of their names. All servers share one port then.</summary>
    /// <value>
    /// The default value is an empty list: all servers are on <c>127.0.0.1</c>, each on a port of its own.
    /// Otherwise one address of <c>127.0.0.0/8</c> for each server, no two the same: a name can move from one server to another.
    /// </value>
    public IList<string> Addresses { get; } = [];

    /// <summary>The port all servers share, on <see cref="Addresses"/>.</summary>
    /// <value>
    /// The default value is 0: free ones are chosen. Another value lets a second cluster stand behind the names of a first one;
    /// it needs <see cref="Addresses"/>, or a cluster without standbys.
    /// </value>
    public int Port { get; set; }

    /// <summary>The certificates the servers present, with their private keys: one for all servers, or one each in the order of their names.</summary>
    /// <value>The default value is an empty list: the servers speak no TLS.</value>
    public IList<X509Certificate2> Certificates { get; } = [];

    /// <summary>Whether every role but the superuser is refused without TLS (<c>hostssl</c>).</summary>
    /// <value>The default value is <see langword="false"/>. Needs <see cref="Certificates"/>.</value>
    public bool RequireTls { get; set; }

    /// <summary>The folder that holds PostgreSQL's server programs.</summary>
    /// <value>The default value is <see langword="null"/>: they are searched for, see <see cref="PostgresCluster.TryFindBinaries(out PostgresBinaries?)"/>.</value>
    public string? BinDirectory { get; set; }

    /// <summary>The folder under which the temporary data directories are made.</summary>
    /// <value>The default value is <see langword="null"/>: <c>/dev/shm</c> if it has 2 GiB free, else the system's temporary folder.</value>
    public string? TemporaryDirectory { get; set; }

    /// <summary>How long one step may take: a start, a stop, a promotion, a standby catching up.</summary>
    /// <value>The default value is 30 seconds.</value>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>More server settings by name, as in <c>postgresql.conf</c>; they win over the cluster's own.</summary>
    /// <value>The default value is an empty dictionary.</value>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Standbys, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Standbys, 15);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnections, 20);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxConnections, 10_000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(OperationTimeout, TimeSpan.Zero);
        ArgumentException.ThrowIfNullOrWhiteSpace(Database);
        ArgumentException.ThrowIfNullOrWhiteSpace(Username);
        ValidateAddresses();
        ValidateCertificates();
    }

    void ValidateAddresses()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Port, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, IPEndPoint.MaxPort);
        if (Addresses.Count == 0)
        {
            if (Port != 0 && Standbys > 0)
            {
                throw new ArgumentException("Several servers can share a port only on addresses of their own: Addresses is empty.");
            }

            return;
        }

        if (Addresses.Count != Standbys + 1 || Addresses.Distinct(StringComparer.Ordinal).Count() != Addresses.Count)
        {
            throw new ArgumentException($"Addresses must hold one address for each of the {Standbys + 1} servers, no two the same.");
        }

        foreach (var address in Addresses)
        {
            if (!LoopbackPorts.IsLoopback(address))
            {
                throw new ArgumentException($"Addresses must be of 127.0.0.0/8, but one is '{address}'.");
            }
        }
    }

    void ValidateCertificates()
    {
        if (Certificates.Count > 1 && Certificates.Count != Standbys + 1)
        {
            throw new ArgumentException($"Certificates must hold none, one, or one for each of the {Standbys + 1} servers.");
        }

        if (Certificates.Any(certificate => !certificate.HasPrivateKey))
        {
            throw new ArgumentException("Certificates must have their private keys.");
        }

        if (RequireTls && Certificates.Count == 0)
        {
            throw new ArgumentException("RequireTls needs Certificates.");
        }
    }
}
