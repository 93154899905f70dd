using Npgsql;
using ResilientPostgres.Testing.Rules;
using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.State;

namespace ResilientPostgres.Testing;

/// <summary>
/// A primary and its standbys inside the test's process, for tests without a database. They speak PostgreSQL's protocol on loopback ports, so that Npgsql, Dapper,
/// EF Core and this library run against them unchanged; they answer statements as the test says, and everything about roles, positions, lag, transactions and commits
/// truly. They keep no tables.
/// </summary>
/// <remarks>All members may be called from any thread at any time.</remarks>
public sealed partial class FakePostgresCluster : IAsyncDisposable
{
    readonly FakeServer[] _servers;
    FakeServer _primary;
    int _isDisposed;

    FakePostgresCluster(FakePostgresClusterOptions options)
    {
        Options = options;
        State = new ClusterState(options.TimeProvider);
        Recorder = new StatementRecorder(Rules, options.TimeProvider);
        _servers = new FakeServer[options.Standbys + 1];
        for (var i = 0; i < _servers.Length; i++)
        {
            _servers[i] = new FakeServer(this, State.Add(i == 0 ? null : _servers[0].State), number: i + 1);
        }

        _primary = _servers[0];
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = string.Join(',', _servers.Select(static s => $"{s.Host}:{s.Port}")),
            Database = options.Database,
            Username = options.Username,
            Password = options.Password,
            IncludeErrorDetail = true, // The detail says what was expected.
        }.ConnectionString;
    }

    /// <summary>All servers; the first one is the primary at the start.</summary>
    public IReadOnlyList<FakeServer> Servers => _servers;

    /// <summary>The server that was made primary last, also while it is down.</summary>
    public FakeServer Primary => Volatile.Read(ref _primary);

    /// <summary>All servers but <see cref="Primary"/>.</summary>
    public IReadOnlyList<FakeServer> Standbys => [.. _servers.Where(s => s != Primary)];

    /// <summary>An Npgsql connection string that lists all servers. Nothing has to be switched off in it.</summary>
    public string ConnectionString { get; }

    /// <summary>What the application sent, in its order: the statements that a rule answered, and those that none did.</summary>
    public IReadOnlyList<FakeStatement> Statements => Recorder.Own;

    /// <summary>Everything that was sent: also what the servers answer by themselves, of which the latest 10,000 are kept. See <see cref="FakeStatement.IsControl"/>.</summary>
    public IReadOnlyList<FakeStatement> AllStatements => Recorder.All;

    /// <summary>The statements that no rule answered. They failed with SQLSTATE 0A000 and a message that shows what was sent and what was expected.</summary>
    public IReadOnlyList<FakeStatement> UnexpectedStatements => Recorder.UnexpectedOnes;

    internal FakePostgresClusterOptions Options { get; }

    internal ClusterState State { get; }

    internal RuleBook Rules { get; } = new();

    internal StatementRecorder Recorder { get; }

    internal Activity Activity { get; } = new();

    /// <summary>Starts a cluster.</summary>
    /// <param name="standbys">How many standbys follow the primary.</param>
    /// <param name="timeProvider">The clock for delays and lag; the system's by default.</param>
    /// <returns>The running cluster. Dispose it to end it and its sessions.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="standbys"/> is not between 0 and 15.</exception>
    public static Task<FakePostgresCluster> StartAsync(int standbys = 1, TimeProvider? timeProvider = null) =>
        StartAsync(new FakePostgresClusterOptions { Standbys = standbys, TimeProvider = timeProvider ?? TimeProvider.System });

    /// <summary>Starts a cluster.</summary>
    /// <param name="options">How it is set up.</param>
    /// <returns>The running cluster. Dispose it to end it and its sessions.</returns>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public static Task<FakePostgresCluster> StartAsync(FakePostgresClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Task.FromResult(new FakePostgresCluster(options));
    }

    /// <summary>Makes a data source for this cluster, on the cluster's clock.</summary>
    /// <param name="configure">Sets more.</param>
    /// <returns>The data source; dispose it before the cluster.</returns>
    public ResilientDataSource CreateDataSource(Action<ResilientDataSourceBuilder>? configure = null)
    {
        ThrowIfDisposed();
        var builder = new ResilientDataSourceBuilder(ConnectionString).UseTimeProvider(Options.TimeProvider);
        configure?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>Ends all servers and resets their sessions.</summary>
    /// <returns>A task that ends when no socket and no task is left.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        foreach (var server in _servers)
        {
            await server.Endpoint.DisposeAsync().ConfigureAwait(false);
        }
    }

    void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);

    void ThrowIfNotOurs(FakeServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        ThrowIfDisposed();
        if (server.Cluster != this)
        {
            throw new ArgumentException($"{server} belongs to another cluster.", nameof(server));
        }
    }
}
