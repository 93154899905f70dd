using System.Diagnostics;
using System.Globalization;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>A program that runs as the server user, with its children. It is started, ended and held by process id.</summary>
sealed class ServerProgram(ServerFolder folder, string name)
{
    /// <summary>Notes its process id and starts a program in place of the shell, with its output appended to a log.</summary>
    const string Run = """
        echo $$ >"$1"; log=$2; shift 2
        exec "$@" </dev/null >>"$log" 2>&1
        """;

    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    Process? _launcher;

    /// <summary>The process id, also after the program has ended; 0 before the first start.</summary>
    internal int Id { get; private set; }

    internal bool IsRunning => _launcher is { HasExited: false };

    internal string LogFile => folder.PathOf(name + ".log");

    string ProcessIdFile => folder.PathOf(name + ".pid");

    /// <summary>Starts the program and waits until it is ready.</summary>
    /// <exception cref="PostgresServerException">It ended, or did not get ready in time.</exception>
    internal async Task StartAsync(
        IReadOnlyList<string> command, Func<CancellationToken, ValueTask<bool>> isReady, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{name} is running already.");
        }

        _launcher?.Dispose();
        File.Delete(ProcessIdFile);
        var launcher = Launch.Start(
            ServerUser.Current.InOwnSession(["/bin/sh", "-c", Run, "sh", ProcessIdFile, LogFile, .. command]), folder.Root);
        _launcher = launcher;
        try
        {
            var isStarted = await Poll.UntilAsync(
                async token => launcher.HasExited || (HasId() && await isReady(token)), timeout, cancellationToken);
            if (launcher.HasExited || !isStarted)
            {
                throw new PostgresServerException($"{name} did not start.", LogTail.Read(LogFile));
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

    /// <summary>Sends a signal and waits for the end.</summary>
    internal async Task StopAsync(int signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Send(signal);
        if (!await WaitForExitAsync(timeout, cancellationToken))
        {
            throw new PostgresServerException($"{name} did not stop within {timeout}.", LogTail.Read(LogFile));
        }
    }

    /// <summary>Kills the program and its children, frozen ones too.</summary>
    internal async Task KillAsync(CancellationToken cancellationToken)
    {
        if (!IsRunning)
        {
            return;
        }

        // A stopped parent starts no more children, so none is missed.
        Signal.Send(Id, Signal.Stop);
        await Poll.UntilAsync(() => ProcessTable.Read(Id) is not { } entry || entry.IsStopped || entry.IsZombie, Grace, cancellationToken);
        var children = ProcessTable.ChildrenOf(Id);
        Signal.Send(Id, Signal.Kill);
        children.ForEach(child => Signal.Send(child.Identity.Id, Signal.Kill));
        Release();
        await WaitForExitAsync(Grace, cancellationToken);
        await Poll.UntilAsync(() => !children.Exists(child => child.Identity.IsAlive), Grace, cancellationToken);
    }

    /// <summary>Stops the program and its children with SIGSTOP: its ports accept, and nothing answers.</summary>
    internal async Task FreezeAsync(CancellationToken cancellationToken)
    {
        Signal.Send(Id, Signal.Stop);
        await Poll.UntilAsync(() => ProcessTable.Read(Id) is { IsStopped: true } && AreChildrenStopped(), Grace, cancellationToken);
    }

    internal void Thaw()
    {
        if (!IsRunning)
        {
            return;
        }

        ProcessTable.ChildrenOf(Id).ForEach(child => Signal.Send(child.Identity.Id, Signal.Continue));
        Signal.Send(Id, Signal.Continue);
        Release();
    }

    internal async Task<bool> WaitForExitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_launcher is not { } launcher)
        {
            return true;
        }

        try
        {
            await launcher.WaitForExitAsync(cancellationToken).WaitAsync(timeout, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    bool AreChildrenStopped()
    {
        var running = ProcessTable.ChildrenOf(Id).FindAll(child => !child.IsStopped);
        running.ForEach(child => Signal.Send(child.Identity.Id, Signal.Stop));
        return running.Count == 0;
    }

    /// <summary>A launcher that stays as the parent stops itself when its child is stopped.</summary>
    void Release()
    {
        if (_launcher is { HasExited: false } launcher && launcher.Id != Id)
        {
            Signal.Send(launcher.Id, Signal.Continue);
        }
    }

    bool HasId()
    {
        if (!File.Exists(ProcessIdFile) || !int.TryParse(File.ReadAllText(ProcessIdFile), CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        Id = id;
        return true;
    }
}
