using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>A real pgpool-II before given servers, on this machine. Several can stand before the same ones.</summary>
public sealed class PgpoolServer : IAsyncDisposable
{
    const string ControlUser = "admin";

    /// <summary>Promotes the new main node <c>$3</c>:<c>$4</c> if it was the primary <c>$2</c> that failed, <c>$1</c>.</summary>
    const string FailoverScript = """
        #!/bin/sh
        test "$1" = "$2" || exit 0
        exec {0} --no-psqlrc --quiet --dbname="host=$3 port=$4 user=postgres dbname=postgres connect_timeout=5" --command="SELECT pg_promote(wait => false)"

        """;

    /// <summary>Removes the shared memory that the process <c>$1</c> made and, being killed, left.</summary>
    const string ReleaseMemory = """
        ipcs -m -p | while read -r segment _ creator _; do
            test "$creator" != "$1" || ipcrm -m "$segment"
        done
        """;

    readonly PgpoolOptions _options;
    readonly ServerFolder _folder;
    readonly ServerProgram _program;
    readonly int _controlPort = LoopbackPorts.Reserve();
    int _isDisposed;

    PgpoolServer(PgpoolOptions options, ServerFolder folder)
    {
        _options = options;
        _folder = folder;
        _program = new ServerProgram(folder, "pgpool");
        ConnectionString = new NpgsqlConnectionStringBuilder { Host = Host, Port = Port, Username = "app", Database = "app" }.ConnectionString;
    }

    /// <summary>Why there can be none on this machine; null if there can.</summary>
    public static string? Missing => ProgramFinder.Missing("pgpool2", "pgpool", "pcp_attach_node");

    public string Host => PostgresServer.Loopback;

    public int Port { get; } = LoopbackPorts.Reserve();

    public int ProcessId => _program.Id;

    public bool IsRunning => _program.IsRunning;

    public string LogFile => _program.LogFile;

    /// <summary>To the database <c>app</c> as <c>app</c>, whom the backends must trust.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts it, and waits until it has found the primary among its backends.</summary>
    public static async Task<PgpoolServer> StartAsync(
        IReadOnlyList<Backend> backends, PgpoolOptions? options = null, CancellationToken cancellationToken = default)
    {
        var folder = await ServerFolder.CreateAsync("pgpool", cancellationToken);
        var server = new PgpoolServer(options ?? new PgpoolOptions(), folder);
        try
        {
            await server.ConfigureAsync(backends, cancellationToken);
            await server.StartAsync(cancellationToken: cancellationToken);
            await server.WaitForPrimaryAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again after a stop or a kill. It may not have looked at its backends yet.</summary>
    /// <param name="remembersNodes">Whether it goes on from what it last thought of its backends, as it does unless told otherwise (<c>-D</c>).</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public Task StartAsync(bool remembersNodes = false, CancellationToken cancellationToken = default)
    {
        // A killed one leaves its sockets, and would not start beside them.
        foreach (var socket in Directory.EnumerateFiles(_folder.Root, ".s.*"))
        {
            File.Delete(socket);
        }

        File.Delete(_folder.PathOf("pgpool.own.pid"));
        var logged = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;
        return _program.StartAsync(
            [
                ProgramFinder.Get("pgpool"), "-n", .. remembersNodes ? (string[])[] : ["-D"],
                "-f", _folder.PathOf("pgpool.conf"), "-F", _folder.PathOf("pcp.conf"), "-k", _folder.PathOf("pool_key"),
            ],
            _ => new ValueTask<bool>(LoggedSince(logged).Contains("successfully started", StringComparison.Ordinal)),
            _options.OperationTimeout,
            cancellationToken);
    }

    /// <summary>Stops it at once, ending all sessions (SIGINT).</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) =>
        _program.StopAsync(Signal.Interrupt, _options.OperationTimeout, cancellationToken);

    /// <summary>Kills all its processes with SIGKILL.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        await _program.KillAsync(cancellationToken);
        await ReleaseAsync(cancellationToken);
    }

    /// <summary>Stops all its processes with SIGSTOP: connections are accepted by the system, and nothing answers.</summary>
    public Task FreezeAsync(CancellationToken cancellationToken = default) => _program.FreezeAsync(cancellationToken);

    public void Thaw() => _program.Thaw();

    /// <summary>Takes a backend out of use (<c>pcp_detach_node</c>).</summary>
    public Task DetachAsync(int node, CancellationToken cancellationToken = default) => ControlAsync("pcp_detach_node", node, cancellationToken);

    /// <summary>Takes a backend into use again (<c>pcp_attach_node</c>).</summary>
    public Task AttachAsync(int node, CancellationToken cancellationToken = default) => ControlAsync("pcp_attach_node", node, cancellationToken);

    /// <summary>What it says of its backends. Takes one of its children for a moment.</summary>
    public async Task<IReadOnlyList<PgpoolNode>> NodesAsync(CancellationToken cancellationToken = default)
    {
        var rows = await ShowAsync("SHOW POOL_NODES", cancellationToken);
        return [.. rows.Select(row => new PgpoolNode(Integer(row[0]), Integer(row[2]), row[3], row[6], row[7]))];
    }

    /// <summary>Waits until a backend is up that pgpool takes for the primary.</summary>
    public async Task WaitForPrimaryAsync(CancellationToken cancellationToken = default)
    {
        var isFound = await Poll.UntilAsync(
            async token =>
            {
                try
                {
                    return (await NodesAsync(token)).Any(node => node is { Status: "up", Role: "primary" });
                }
                catch (PostgresServerException)
                {
                    return false;
                }
            },
            _options.OperationTimeout,
            cancellationToken);
        if (!isFound)
        {
            throw new PostgresServerException("pgpool has found no primary.", LogTail.Read(LogFile));
        }
    }

    /// <summary>Runs a statement by psql in the simple protocol, which pgpool's own commands need.</summary>
    public Task<IReadOnlyList<string[]>> ShowAsync(string sql, CancellationToken cancellationToken = default) =>
        new Psql(_folder, Port, "app", "app").RunAsync(sql, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        // An orderly end frees its semaphores and its memory.
        _program.Thaw();
        _program.Send(Signal.Interrupt);
        await _program.WaitForExitAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
        await KillAsync(CancellationToken.None);
        LoopbackPorts.Release(Port);
        LoopbackPorts.Release(_controlPort);
        await _folder.DisposeAsync();
    }

    async Task ConfigureAsync(IReadOnlyList<Backend> backends, CancellationToken cancellationToken)
    {
        string? command = null;
        if (_options.PromotesOnFailover && PostgresCluster.TryFindBinaries(out var binaries))
        {
            var script = FailoverScript.Replace("{0}", binaries.PathOf("psql"), StringComparison.Ordinal);
            command = await _folder.WriteAsync("failover.sh", script, cancellationToken, isScript: true) + " %d %P %H %r";
        }

        var certificate = _options.Certificate is { } given ? await _folder.WriteAsync("pgpool", given, cancellationToken) : null;
        var text = PgpoolConfiguration.Of(_options, _folder, Port, _controlPort, backends, command, certificate);
        await _folder.WriteAsync("pgpool.conf", text, cancellationToken);
        await _folder.WriteAsync("pool_passwd", "", cancellationToken);
        await _folder.WriteAsync("pool_key", "key\n", cancellationToken);
        await _folder.WriteAsync("pcp.conf", $"{ControlUser}:{Md5(ControlUser)}\n", cancellationToken);
        await _folder.WriteAsync("pcppass", $"{Host}:{_controlPort}:{ControlUser}:{ControlUser}\n", cancellationToken);
    }

    Task ControlAsync(string program, int node, CancellationToken cancellationToken) =>
        Launch.RunAsync(
            [
                "env", "PCPPASSFILE=" + _folder.PathOf("pcppass"), ProgramFinder.Get(program),
                "-h", Host, "-p", Text(_controlPort), "-U", ControlUser, "-w", "-n", Text(node),
            ],
            _folder.Root,
            input: null,
            cancellationToken);

    Task ReleaseAsync(CancellationToken cancellationToken) =>
        _program.Id == 0 ? Task.CompletedTask : Launch.RunScriptAsync(ReleaseMemory, [Text(_program.Id)], _folder.Root, cancellationToken);

    string LoggedSince(long position)
    {
        using var file = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(position, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    static int Integer(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));
}
