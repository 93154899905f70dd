using System.Security.Cryptography.X509Certificates;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>
/// A folder of the server user's for the files of one part. It stands in the harness's workspace: whatever runs in it is killed,
/// and it is removed, when this process ends in whatever way.
/// </summary>
sealed class ServerFolder : IAsyncDisposable
{
    const string Make = """
        mkdir -p "$@"
        """;

    const string Fill = """
        umask 077
        cat >"$2.new" && chmod "$1" "$2.new" && mv "$2.new" "$2"
        """;

    ServerFolder(Workspace workspace, string path)
    {
        Workspace = workspace;
        Root = path;
    }

    internal Workspace Workspace { get; }

    internal string Root { get; }

    internal static async Task<ServerFolder> CreateAsync(string kind, CancellationToken cancellationToken)
    {
        var workspace = await Workspace.OpenAsync(temporaryDirectory: null, cancellationToken);
        var folder = new ServerFolder(workspace, workspace.NewFolder(kind));
        await Launch.RunScriptAsync(Make, [folder.Root], workspace.Root, cancellationToken);
        return folder;
    }

    internal string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Writes a file that only the server user may read and, if it is a script, run. It is never seen half written.</summary>
    internal async Task<string> WriteAsync(string name, string content, CancellationToken cancellationToken, bool isScript = false)
    {
        await Launch.RunAsync(["/bin/sh", "-c", Fill, "sh", isScript ? "700" : "600", PathOf(name)], Root, content, cancellationToken);
        return PathOf(name);
    }

    internal async Task<CertificateFiles> WriteAsync(string name, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var files = new CertificateFiles(Root, name);
        await files.WriteAsync(certificate, cancellationToken);
        return files;
    }

    /// <summary>A folder in this one.</summary>
    internal async Task<string> AddAsync(string name, CancellationToken cancellationToken)
    {
        await Launch.RunScriptAsync(Make, [PathOf(name)], Root, cancellationToken);
        return PathOf(name);
    }

    public async ValueTask DisposeAsync() => await Workspace.RemoveAsync(Root, CancellationToken.None);
}
