using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>Real servers under a real Patroni, with an etcd of their own, on this machine. Nothing of it survives its owner.</summary>
public sealed partial class PatroniCluster : IAsyncDisposable
{
    static readonly TimeSpan PromotionPoll = TimeSpan.FromMilliseconds(5);
    readonly PatroniClusterOptions _options;
    readonly PostgresBinaries _binaries;
    readonly ServerFolder _folder;
    readonly HttpClient _http;
    readonly EtcdServer _etcd;
    readonly PatroniMember[] _members;

    PatroniCluster(PatroniClusterOptions options, PostgresBinaries binaries, ServerFolder folder)
    {
        _options = options;
        _binaries = binaries;
        _folder = folder;

        // Whom this talks to is not in question here, and its certificate is for tests to check.
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        _http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(20) };
        _etcd = new EtcdServer(folder, _http);
        _members = [.. Enumerable.Range(1, options.Members).Select(number => new PatroniMember(folder, number, options.RestCertificate is not null))];
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = string.Join(',', _members.Select(member => $"{member.Host}:{member.Port}")),
            Username = "app",
            Database = "app",
        }.ConnectionString;
    }

    /// <summary>Why there can be none on this machine; null if there can.</summary>
    public static string? Missing =>
        PostgresCluster.TryFindBinaries(out _) ? ProgramFinder.Missing("patroni etcd-server", "patroni", "etcd") : "PostgreSQL was not found.";

    public IReadOnlyList<PatroniMember> Members => _members;

    /// <summary>All members, with the ordinary role and its database, <c>app</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts the members on copies of one data directory, which they take over, and waits until all stream from the leader.</summary>
    public static async Task<PatroniCluster> StartAsync(PatroniClusterOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!PostgresCluster.TryFindBinaries(out var binaries))
        {
            throw new PostgresBinariesNotFoundException([]);
        }

        var folder = await ServerFolder.CreateAsync("patroni", cancellationToken);
        var cluster = new PatroniCluster(options ?? new PatroniClusterOptions(), binaries, folder);
        try
        {
            await cluster.StartAllAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody is to be promoted on the way out.
        foreach (var member in _members)
        {
            await member.Program.KillAsync(CancellationToken.None);
        }

        await _etcd.KillAsync();
        await Task.WhenAll(_members.Select(member => member.KillAsync(CancellationToken.None)));
        foreach (var member in _members)
        {
            await member.Source.DisposeAsync();
            LoopbackPorts.Release(member.Port);
            LoopbackPorts.Release(member.RestPort);
        }

        _etcd.Dispose();
        _http.Dispose();
        await _folder.DisposeAsync();
    }

    async Task StartAllAsync(CancellationToken cancellationToken)
    {
        var template = await _folder.Workspace.TemplateAsync(new TemplateKey(_binaries, 0, "app", "app", Password: null), cancellationToken);
        await Task.WhenAll(
            _etcd.StartAsync(_options.OperationTimeout, cancellationToken),
            Launch.RunScriptAsync(Scripts.CopyTemplate, [template, .. _members.Select(member => member.DataDirectory)], _folder.Root, cancellationToken));

        // Patroni would take the shared settings from there only when it made the data directory itself.
        var root = PatroniConfiguration.Namespace + PatroniConfiguration.Scope;
        await _etcd.PutAsync(root + "/config", PatroniConfiguration.Shared(_options), cancellationToken);
        var certificate = _options.RestCertificate is { } given ? await _folder.WriteAsync("rest", given, cancellationToken) : null;
        foreach (var member in _members)
        {
            var text = PatroniConfiguration.Of(member, _options, _binaries, _etcd.Port, certificate);
            await _folder.WriteAsync(member.Name + ".json", text, cancellationToken);
        }

        await Task.WhenAll(_members.Select(member => StartAsync(member, cancellationToken)));
        await WaitForLeaderAsync(cancellationToken);
        await WaitForReplicasAsync(cancellationToken);
    }
}
