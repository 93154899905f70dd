using System.Diagnostics;
using System.Globalization;

namespace ResilientPostgres.Testing;

/// <summary>One server's processes: a postmaster and its children.</summary>
internal sealed class ServerProcess(PostgresBinaries binaries, string dataDirectory, string configurationFile, string logFile)
{
    static readonly TimeSpan OrphanGrace = TimeSpan.FromSeconds(3);
    Process? _launcher;
    List<ProcessIdentity> _orphans = [];

    /// <summary>The postmaster's process id, also after it has ended; 0 before the first start.</summary>
    internal int Id { get; private set; }

    internal bool IsRunning => _launcher is { HasExited: false };

    internal bool IsFrozen { get; private set; }

    /// <summary>For the server alone: a library to be loaded first, say, has no business in the programs that launch it.</summary>
    internal Dictionary<string, string> Environment { get; } = [];

    string ProcessIdFile => Path.Combine(dataDirectory, "postmaster.pid");

    /// <summary>Starts the server and waits until it accepts sessions.</summary>
    internal async Task StartAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        await WaitForOrphansAsync(cancellationToken).ConfigureAwait(false);
        _launcher?.Dispose();
        var previousId = Id;
        var folder = Path.GetDirectoryName(dataDirectory)!;
        string[] command =
        [
            "/bin/sh", "-c", Scripts.ExecWithLog, "sh", logFile,
            "env", .. Environment.Select(static variable => $"{variable.Key}={variable.Value}"),
            binaries.PathOf("postgres"), "-D", dataDirectory, "-c", "config_file=" + configurationFile,
        ];
        var launcher = Launch.Start(ServerUser.Current.InOwnSession(command), folder);
        _launcher = launcher;
        IsFrozen = false;

        try
        {
            var isReady = await Poll.UntilAsync(() => launcher.HasExited || IsReady(previousId), timeout, cancellationToken).ConfigureAwait(false);
            if (launcher.HasExited || !isReady)
            {
                throw new PostgresServerException($"The server in {dataDirectory} did not start.", LogTail.Read(logFile));
            }
        }
        catch
        {
            launcher.Kill(entireProcessTree: true);
            throw;
        }
    }

    internal void Send(int signal)
    {
        if (IsRunning)
        {
            Signal.Send(Id, signal);
        }
    }

    /// <summary>Returns whether the postmaster ended in time.</summary>
    internal async Task<bool> WaitForExitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_launcher is not { } launcher)
        {
            return true;
        }

        try
        {
            await launcher.WaitForExitAsync(cancellationToken).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    internal async Task KillAsync(KillScope scope, CancellationToken cancellationToken)
    {
        if (!IsRunning)
        {
            return;
        }

        // A stopped postmaster starts no more children, so none is missed; SIGKILL works on it all the same.
        Signal.Send(Id, Signal.Stop);
        await Poll.UntilAsync(() => IsStoppedOrGone(Id), OrphanGrace, cancellationToken).ConfigureAwait(false);
        _orphans = [.. ProcessTable.ChildrenOf(Id).Select(child => child.Identity)];
        Signal.Send(Id, Signal.Kill);

        // Frozen children would never notice that their postmaster has gone.
        if (scope == KillScope.AllProcesses || IsFrozen)
        {
            KillOrphans();
        }

        ReleaseLauncher();
        await WaitForExitAsync(OrphanGrace, cancellationToken).ConfigureAwait(false);
        IsFrozen = false;
    }

    internal async Task FreezeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!IsRunning)
        {
            throw new InvalidOperationException("The server is not running.");
        }

        // The postmaster first: it starts no children any more, and those there are can be counted.
        IsFrozen = true;
        Signal.Send(Id, Signal.Stop);
        var isFrozen = await Poll.UntilAsync(() => IsStoppedOrGone(Id) && AreChildrenStopped(), timeout, cancellationToken).ConfigureAwait(false);
        if (!isFrozen)
        {
            throw new PostgresServerException("Not all processes of the server could be stopped.", LogTail.Read(logFile));
        }
    }

    internal void Thaw()
    {
        if (!IsRunning)
        {
            return;
        }

        foreach (var child in ProcessTable.ChildrenOf(Id))
        {
            Signal.Send(child.Identity.Id, Signal.Continue);
        }

        Signal.Send(Id, Signal.Continue);
        ReleaseLauncher();
        IsFrozen = false;
    }

    /// <summary>Waits until what a killed postmaster left has ended: PostgreSQL refuses to start beside it.</summary>
    internal async Task WaitForOrphansAsync(CancellationToken cancellationToken)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException("The server is running already.");
        }

        if (_orphans.Count == 0)
        {
            return;
        }

        if (!await Poll.UntilAsync(HaveOrphansEnded, OrphanGrace, cancellationToken).ConfigureAwait(false))
        {
            KillOrphans();
            await Poll.UntilAsync(HaveOrphansEnded, OrphanGrace, cancellationToken).ConfigureAwait(false);
        }

        // Its process id may belong to another process by now, which PostgreSQL would take for a running server.
        await Launch.RunScriptAsync(Scripts.ReleaseMemory + "true", [dataDirectory], dataDirectory, cancellationToken).ConfigureAwait(false);
        _orphans = [];
        File.Delete(ProcessIdFile);
    }

    bool HaveOrphansEnded() => !_orphans.Exists(orphan => orphan.IsAlive);

    internal void KillOrphans()
    {
        foreach (var orphan in _orphans.Where(orphan => orphan.IsAlive))
        {
            Signal.Send(orphan.Id, Signal.Kill);
        }
    }

    bool AreChildrenStopped()
    {
        var running = ProcessTable.ChildrenOf(Id).FindAll(child => !child.IsStopped);
        running.ForEach(child => Signal.Send(child.Identity.Id, Signal.Stop));
        return running.Count == 0;
    }

    /// <summary>A launcher that stays as the parent (runuser does, setpriv doesn't) stops itself when its child is stopped.</summary>
    void ReleaseLauncher()
    {
        if (_launcher is { HasExited: false } launcher && launcher.Id != Id)
        {
            Signal.Send(launcher.Id, Signal.Continue);
        }
    }

    bool IsReady(int previousId)
    {
        // The first line is the process id, the eighth the state.
        var lines = ReadProcessIdFile();
        if (lines.Length < 8 || lines[7].Trim() != "ready" || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var id) || id == previousId)
        {
            return false;
        }

        Id = id;
        return true;
    }

    string[] ReadProcessIdFile()
    {
        try
        {
            return File.ReadAllLines(ProcessIdFile);
        }
        catch (IOException)
        {
            return [];
        }
    }

    static bool IsStoppedOrGone(int id) => ProcessTable.Read(id) is not { } entry || entry.IsStopped || entry.IsZombie;
}
