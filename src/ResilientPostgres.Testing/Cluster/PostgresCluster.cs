using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace ResilientPostgres.Testing;

/// <summary>
/// A real PostgreSQL cluster on this machine, a primary and its streaming standbys, for integration tests and demonstrations.
/// Nothing of it survives its owner: when this process ends, also by SIGKILL, its servers are killed and their folders removed.
/// </summary>
/// <remarks>
/// Runs on Linux with PostgreSQL 14 or newer installed. Under root the servers run as the user <c>postgres</c>, or <c>nobody</c> if there is none.
/// Durability is off (<c>fsync = off</c>): the data survives a killed server, not a crash of the machine.
/// Operations on different servers may run at the same time; those on one server, and those that choose a primary, one after another.
/// </remarks>
public sealed partial class PostgresCluster : IAsyncDisposable
{
    const int StartAttempts = 3;

    readonly ClusterLayout _layout;
    readonly PostgresServer[] _servers;
    PostgresServer _primary;
    int _isDisposed;

    PostgresCluster(ClusterLayout layout)
    {
        _layout = layout;
        var ports = PortsFor(layout.Options);
        _servers = [.. ports.Select((port, index) => new PostgresServer(layout, index + 1, port))];
        _primary = _servers[0];
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = string.Join(",", _servers.Select(server => $"{server.Host}:{server.Port}")),
            Database = layout.Options.Database,
            Username = layout.Options.Username,
            Password = layout.Options.Password,
        }.ConnectionString;
    }

    /// <summary>All servers in the order of their names, whatever their role and state.</summary>
    public IReadOnlyList<PostgresServer> Servers => _servers;

    /// <summary>The server last made primary, whether or not it is running.</summary>
    public PostgresServer Primary => Volatile.Read(ref _primary);

    /// <summary>The servers last made standbys. An old primary is none until <see cref="RejoinAsync"/>.</summary>
    public IReadOnlyList<PostgresServer> Standbys => [.. _servers.Where(server => server.Upstream is not null)];

    /// <summary>All servers in one connection string of Npgsql's form, with the ordinary role and its database.</summary>
    public string ConnectionString { get; }

    /// <summary>Looks for PostgreSQL's server programs, so that tests can be skipped where there are none.</summary>
    /// <remarks>
    /// Looks at the environment variable <c>RESILIENT_POSTGRES_BIN</c>, <c>PATH</c>, <c>pg_config --bindir</c> and Debian's
    /// <c>/usr/lib/postgresql/*/bin</c> (the highest version), in this order.
    /// </remarks>
    /// <param name="binaries">The installation, if one was found.</param>
    /// <returns>Whether one was found.</returns>
    public static bool TryFindBinaries([NotNullWhen(true)] out PostgresBinaries? binaries)
    {
        binaries = BinariesFinder.Find(named: null, []);
        return binaries is not null;
    }

    /// <summary>Starts a cluster and waits until its standbys are streaming.</summary>
    /// <param name="options">What the cluster is made of; null for the defaults. Later changes to it have no effect that is promised.</param>
    /// <param name="cancellationToken">Ends the start; what was begun is removed.</param>
    /// <returns>The running cluster. Dispose it to stop the servers and remove their data.</returns>
    /// <exception cref="PostgresBinariesNotFoundException">No server programs were found.</exception>
    /// <exception cref="PostgresServerException">A server did not start.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The other overload is an instance method and takes a server.")]
    public static async Task<PostgresCluster> StartAsync(PostgresClusterOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PostgresClusterOptions();
        options.Validate();
        var searched = new List<string>();
        var binaries = BinariesFinder.Find(options.BinDirectory, searched) ?? throw new PostgresBinariesNotFoundException(searched);
        var workspace = await Workspace.OpenAsync(options.TemporaryDirectory, cancellationToken).ConfigureAwait(false);

        for (var attempt = 1; ; attempt++)
        {
            var cluster = new PostgresCluster(new ClusterLayout(options, binaries, workspace, workspace.NewFolder("cluster")));
            try
            {
                await cluster.StartServersAsync(cancellationToken).ConfigureAwait(false);
                return cluster;
            }
            catch (PostgresServerException exception) when (exception.IsPortTaken && attempt < StartAttempts)
            {
                // Another process took the port between our look at it and the server's.
                await cluster.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await cluster.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Ends all servers, frozen ones too, and removes their data. Takes at most about five seconds.</summary>
    /// <returns>A task that ends when nothing is left.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await Task.WhenAll(_servers.Select(server => Shutdown.EndAsync(server.Process))).ConfigureAwait(false);
        await _layout.Workspace.RemoveAsync(_layout.Folder, CancellationToken.None).ConfigureAwait(false);
        foreach (var server in _servers)
        {
            LoopbackPorts.Release(server.Port);
            await server.Source.DisposeAsync().ConfigureAwait(false);
        }
    }

    async Task StartServersAsync(CancellationToken cancellationToken)
    {
        var options = _layout.Options;
        var key = new TemplateKey(_layout.Binaries, _servers.Length, options.Database, options.Username, options.Password);
        var template = await _layout.Workspace.TemplateAsync(key, cancellationToken).ConfigureAwait(false);
        await Launch.RunScriptAsync(
            Scripts.CopyTemplate,
            [template, .. _servers.Select(server => server.DataDirectory)],
            _layout.Workspace.Root,
            cancellationToken).ConfigureAwait(false);
        ServerConfiguration.WriteAuthentication(options, _layout.Folder);
        for (var index = 0; index < (options.Certificates.Count == 0 ? 0 : _servers.Length); index++)
        {
            var certificate = options.Certificates[options.Certificates.Count == 1 ? 0 : index];
            await new CertificateFiles(_layout.Folder, _servers[index].Name).WriteAsync(certificate, cancellationToken).ConfigureAwait(false);
        }

        _primary.Follow(null);
        foreach (var standby in _servers.Skip(1))
        {
            standby.Follow(_primary);
            StandbySignal.Write(standby);
        }

        await Task.WhenAll(_servers.Select(server => server.Process.StartAsync(_layout.Timeout, cancellationToken))).ConfigureAwait(false);
        await Task.WhenAll(Standbys.Select(standby => WaitUntilStreamingAsync(standby, cancellationToken))).ConfigureAwait(false);
    }

    static int[] PortsFor(PostgresClusterOptions options)
    {
        var count = options.Standbys + 1;
        if (options.Port != 0)
        {
            return [.. Enumerable.Repeat(options.Port, count)];
        }

        return options.Addresses.Count == 0
            ? [.. Enumerable.Range(0, count).Select(_ => LoopbackPorts.Reserve())]
            : [.. Enumerable.Repeat(LoopbackPorts.Reserve([.. options.Addresses]), count)];
    }

    void ThrowIfNotOurs(PostgresServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        if (!_servers.Contains(server))
        {
            throw new ArgumentException($"{server} belongs to another cluster.", nameof(server));
        }
    }
}
