using System.Diagnostics;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>What befalls the servers while the bound is compared with the truth. Heartbeats are written all the time unless it says otherwise.</summary>
sealed record LagCase(string Name)
{
    const int Seed = 20261124;
    static readonly TimeSpan _calm = TimeSpan.FromSeconds(1.5);
    static readonly TimeSpan _lasts = TimeSpan.FromSeconds(4.5);

    /// <summary>Null for the default.</summary>
    public TimeSpan? ProbeInterval { get; init; }

    public bool HasLoad { get; init; }

    /// <summary>How far the standby's clock is shifted, as libfaketime writes it.</summary>
    public string? Clock { get; init; }

    /// <summary>Before the first sample.</summary>
    public Func<LagServers, Heartbeat, Task> Prepare { get; init; } = static (_, _) => Task.Delay(500);

    /// <summary>Beside the samples, which go on after its end.</summary>
    public Func<LagServers, Task> Trouble { get; init; } = static _ => Task.CompletedTask;

    public static IReadOnlyList<LagCase> All { get; } =
    [
        new("loaded") { HasLoad = true },
        new("loaded100") { HasLoad = true, ProbeInterval = TimeSpan.FromMilliseconds(100) },
        new("stalled") { HasLoad = true, Trouble = StallAsync },
        new("idle") { Prepare = IdleAsync },
        new("delayed") { Prepare = static (servers, _) => servers.DelayReplayAsync(TimeSpan.FromSeconds(2)) },
        new("cut") { Prepare = static (servers, _) => servers.StreamThroughProxyAsync(), Trouble = CutAsync },
        new("reconnected") { Prepare = static (servers, _) => servers.StreamThroughProxyAsync(), Trouble = ReconnectAsync },
        new("primaryUnreachable") { Trouble = HideAsync },
        new("clockAhead") { Clock = "+10s", Trouble = HaltAsync },
        new("clockBehind") { Clock = "-10s", Trouble = HaltAsync },
    ];

    static async Task IdleAsync(LagServers servers, Heartbeat heartbeat)
    {
        await Task.Delay(500);
        await heartbeat.DisposeAsync();
        await servers.Cluster.WaitForReplayAsync(servers.Standby);
    }

    /// <summary>First nothing arrives any more though the connection stands, then it is gone too.</summary>
    static async Task CutAsync(LagServers servers)
    {
        await Task.Delay(_calm);
        servers.Replication.Freeze();
        await Task.Delay(_lasts / 2);
        servers.Replication.Refuse();
        servers.Replication.ResetAll();
        servers.Replication.Thaw();
    }

    /// <summary>As above, and in the end it catches up. Its high percentiles are those of the one moment between that and the next probe.</summary>
    static async Task ReconnectAsync(LagServers servers)
    {
        await CutAsync(servers);
        await Task.Delay(_lasts / 2);
        servers.Replication.Accept();
    }

    /// <summary>Replay halts now and then and catches up under load, as beside long queries: where the standby stands changes within a probe's interval.</summary>
    static async Task StallAsync(LagServers servers)
    {
        var random = new Random(Seed);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < _calm + _lasts;)
        {
            await Task.Delay(random.Next(20, 400));
            await PauseAsync(servers, TimeSpan.FromMilliseconds(random.Next(20, 700)));
        }
    }

    /// <summary>From some moment on the standby lacks something: otherwise no figure could be too low.</summary>
    static async Task HaltAsync(LagServers servers)
    {
        await Task.Delay(_calm);
        await servers.Cluster.PauseReplayAsync(servers.Standby);
    }

    static async Task PauseAsync(LagServers servers, TimeSpan time)
    {
        await servers.Cluster.PauseReplayAsync(servers.Standby);
        await Task.Delay(time);
        await servers.Cluster.ResumeReplayAsync(servers.Standby);
    }

    static async Task HideAsync(LagServers servers)
    {
        await Task.Delay(_calm);
        servers.ToPrimary.Refuse();
        servers.ToPrimary.ResetAll();
        await Task.Delay(_lasts);
        servers.ToPrimary.Accept();
    }
}
