using System.Diagnostics;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>A SIGKILL with nothing between the clock and the signal: who is to die is looked up before.</summary>
sealed class Kill
{
    readonly int _postmaster;
    readonly Process[] _victims;
    readonly int[] _children;

    public Kill(PostgresServer server, KillScope scope)
    {
        _postmaster = server.ProcessId;
        _children = [.. File.ReadAllText($"/proc/{_postmaster}/task/{_postmaster}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        _victims = [.. (scope == KillScope.AllProcesses ? _children.Prepend(_postmaster) : [_postmaster]).SelectMany(Find)];
    }

    /// <returns>Right before the signal.</returns>
    public long Now()
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var victim in _victims)
        {
            victim.Kill();
        }

        return start;
    }

    /// <summary>Until nothing of the server is left, so that it may be started again.</summary>
    public async Task WaitAsync()
    {
        while (_children.Append(_postmaster).Any(static id => Directory.Exists($"/proc/{id}") && !IsZombie(id)))
        {
            await Task.Delay(5);
        }
    }

    static bool IsZombie(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>A session may have ended since.</summary>
    static IEnumerable<Process> Find(int id)
    {
        try
        {
            return [Process.GetProcessById(id)];
        }
        catch (ArgumentException)
        {
            return [];
        }
    }
}
