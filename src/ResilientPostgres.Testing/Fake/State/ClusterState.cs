namespace ResilientPostgres.Testing.State;

/// <summary>What the servers have in common.</summary>
internal sealed class ClusterState(TimeProvider clock)
{
    readonly long _start = clock.GetTimestamp();
    readonly List<ServerState> _servers = [];
    int _nextProcessId = 1000;
    DateTime _lastInstant;

    internal Lock Lock { get; } = new();

    internal TimeProvider Clock => clock;

    internal long SystemIdentifier { get; } = Random.Shared.NextInt64(long.MaxValue / 2, long.MaxValue);

    internal TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>To the microsecond, as the server tells it.</summary>
    internal DateTime UtcNow
    {
        get
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }

    /// <summary>Never the same twice: by the time of its start a server is told from another one that is listed under two names.</summary>
    internal DateTime NextInstant()
    {
        lock (Lock)
        {
            var now = UtcNow;
            return _lastInstant = now > _lastInstant ? now : _lastInstant.AddMicroseconds(1);
        }
    }

    internal ServerState Add(ServerState? upstream)
    {
        var server = new ServerState(this);
        _servers.Add(server);
        if (upstream is not null)
        {
            server.Follow(upstream);
        }

        return server;
    }

    internal int NextProcessId() => Interlocked.Increment(ref _nextProcessId);

    internal uint NextTimeline() => _servers.Max(static s => s.Log.Timeline) + 1;

    /// <summary>Those who follow it get what they have missed. Under the lock.</summary>
    internal void FetchFrom(ServerState upstream)
    {
        foreach (var server in _servers.Where(s => s.Upstream == upstream))
        {
            server.Fetch();
        }
    }

    /// <summary>Sends an entry to those who follow. Under the lock.</summary>
    internal void Stream(ServerState from, LogRecord record)
    {
        foreach (var server in _servers)
        {
            if (server.Upstream == from && server.IsStreaming)
            {
                server.Receive(record);
            }
        }
    }
}
