using System.Diagnostics;

namespace ResilientPostgres.Testing;

/// <summary>
/// This process's folder for all its clusters and templates, with the watchdog that removes it, and every server in it,
/// when this process ends in whatever way.
/// </summary>
internal sealed class Workspace
{
    const string SharedMemory = "/dev/shm";
    const long EnoughMemory = 2L << 30;
    static readonly AsyncCache<string, Workspace> All = new();

    readonly AsyncCache<TemplateKey, string> _templates = new();

    // Never disposed and never collected: the watchdog acts when its end of the pipe closes.
    readonly Process _watchdog;
    int _lastNumber;

    Workspace(Process watchdog, string root)
    {
        _watchdog = watchdog;
        Root = root;
    }

    internal string Root { get; }

    internal static Task<Workspace> OpenAsync(string? temporaryDirectory, CancellationToken cancellationToken) =>
        All.GetAsync(temporaryDirectory ?? DefaultDirectory(), CreateAsync, cancellationToken);

    internal string NewFolder(string kind) => Path.Combine(Root, $"{kind}-{Interlocked.Increment(ref _lastNumber)}");

    internal Task<string> TemplateAsync(TemplateKey key, CancellationToken cancellationToken) =>
        _templates.GetAsync(key, wanted => Template.CreateAsync(wanted, NewFolder("template"), Root), cancellationToken);

    internal async Task RemoveAsync(string folder, CancellationToken cancellationToken) =>
        await Launch.RunScriptAsync(Scripts.Remove, [folder], Root, cancellationToken).ConfigureAwait(false);

    /// <summary>Memory, if there is enough: each server is a thousand files, which a slow disk takes a second to make.</summary>
    static string DefaultDirectory() =>
        Directory.Exists(SharedMemory) && new DriveInfo(SharedMemory).AvailableFreeSpace > EnoughMemory ? SharedMemory : Path.GetTempPath();

    static async Task<Workspace> CreateAsync(string temporaryDirectory)
    {
        var command = ServerUser.Current.InOwnSession(["/bin/sh", "-c", Scripts.Watchdog, "sh", temporaryDirectory]);
        var watchdog = Launch.Start(command, "/");
        var root = await watchdog.StandardOutput.ReadLineAsync().ConfigureAwait(false);
        if (!string.IsNullOrEmpty(root))
        {
            return new Workspace(watchdog, root);
        }

        var error = await watchdog.StandardError.ReadToEndAsync().ConfigureAwait(false);
        watchdog.Dispose();
        throw new PostgresServerException($"No folder could be made under {temporaryDirectory}.", error);
    }
}
