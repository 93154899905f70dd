using System.Collections.Concurrent;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>A real PgBouncer on this machine. Each of its databases leads to the database <c>app</c> of one backend.</summary>
public sealed class PgBouncerServer : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, Backend> _databases;
    readonly PgBouncerOptions _options;
    readonly ServerFolder _folder;
    readonly ServerProgram _program;
    int _isDisposed;

    PgBouncerServer(PgBouncerOptions options, ServerFolder folder, IReadOnlyDictionary<string, Backend> databases)
    {
        _options = options;
        _folder = folder;
        _databases = new ConcurrentDictionary<string, Backend>(databases, StringComparer.Ordinal);
        _program = new ServerProgram(folder, "pgbouncer");
    }

    /// <summary>Why there can be none on this machine; null if there can.</summary>
    public static string? Missing => ProgramFinder.Missing("pgbouncer", "pgbouncer");

    public string Host => PostgresServer.Loopback;

    public int Port { get; } = LoopbackPorts.Reserve();

    public int ProcessId => _program.Id;

    public bool IsRunning => _program.IsRunning;

    public string LogFile => _program.LogFile;

    /// <summary>Starts one whose database <c>app</c> is that of the backend.</summary>
    public static Task<PgBouncerServer> StartAsync(Backend backend, PgBouncerOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(new Dictionary<string, Backend> { ["app"] = backend }, options, cancellationToken);

    public static async Task<PgBouncerServer> StartAsync(
        IReadOnlyDictionary<string, Backend> databases, PgBouncerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var folder = await ServerFolder.CreateAsync("pgbouncer", cancellationToken);
        var server = new PgBouncerServer(options ?? new PgBouncerOptions(), folder, databases);
        try
        {
            await folder.WriteAsync("users.txt", "\"app\" \"\"\n\"postgres\" \"\"\n", cancellationToken);
            await server.WriteAsync(cancellationToken);
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>To one of its databases, as <c>app</c>, whom the backend must trust. Npgsql resets sessions only in session mode.</summary>
    public string ConnectionStringOf(string database = "app") => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Username = "app",
        Database = database,
        NoResetOnClose = _options.Mode != PoolMode.Session,
    }.ConnectionString;

    /// <summary>Starts it again after a stop or a kill.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) =>
        _program.StartAsync(
            [ProgramFinder.Get("pgbouncer"), _folder.PathOf("pgbouncer.ini")],
            token => LoopbackConnection.IsAcceptedAsync(Port, token),
            _options.OperationTimeout,
            cancellationToken);

    /// <summary>Waits until no server session is in use, and lets queries wait from then on.</summary>
    public Task PauseAsync(string? database = null, CancellationToken cancellationToken = default) =>
        AdministerAsync("PAUSE " + database, cancellationToken);

    public Task ResumeAsync(string? database = null, CancellationToken cancellationToken = default) =>
        AdministerAsync("RESUME " + database, cancellationToken);

    /// <summary>Ends a database's sessions at once, and lets queries wait until <see cref="ResumeAsync"/>.</summary>
    public Task KillDatabaseAsync(string database, CancellationToken cancellationToken = default) =>
        AdministerAsync("KILL " + database, cancellationToken);

    /// <summary>Leads a database elsewhere (<c>RELOAD</c>): server sessions go there as soon as they are free.</summary>
    public async Task RetargetAsync(string database, Backend backend, CancellationToken cancellationToken = default)
    {
        _databases[database] = backend;
        await WriteAsync(cancellationToken);
        await AdministerAsync("RELOAD", cancellationToken);
    }

    /// <summary>Runs a command of the admin console, and returns its rows.</summary>
    public Task<IReadOnlyList<string[]>> AdministerAsync(string command, CancellationToken cancellationToken = default) =>
        new Psql(_folder, Port, PostgresServer.Superuser, "pgbouncer").RunAsync(command, cancellationToken);

    /// <summary>Lets it end by itself (<c>SHUTDOWN</c>): clients are told.</summary>
    public Task ShutdownAsync(CancellationToken cancellationToken = default) =>
        _program.StopAsync(Signal.Terminate, _options.OperationTimeout, cancellationToken);

    public Task KillAsync(CancellationToken cancellationToken = default) => _program.KillAsync(cancellationToken);

    /// <summary>Stops it with SIGSTOP: the system accepts connections, and nothing answers.</summary>
    public Task FreezeAsync(CancellationToken cancellationToken = default) => _program.FreezeAsync(cancellationToken);

    public void Thaw() => _program.Thaw();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await KillAsync(CancellationToken.None);
        LoopbackPorts.Release(Port);
        await _folder.DisposeAsync();
    }

    async Task WriteAsync(CancellationToken cancellationToken)
    {
        var certificate = _options.Certificate is { } given ? await _folder.WriteAsync("pgbouncer", given, cancellationToken) : null;
        var text = PgBouncerConfiguration.Of(_options, _folder, Port, _databases, certificate);
        await _folder.WriteAsync("pgbouncer.ini", text, cancellationToken);
    }
}
