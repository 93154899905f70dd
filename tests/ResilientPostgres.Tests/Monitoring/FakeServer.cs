using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Tests.Specs;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Monitoring;

/// <summary>A server as a monitor meets it: it answers, hangs, refuses or dies.</summary>
sealed class FakeServer(string name, bool isPrimary)
{
    readonly Lock _gate = new();
    readonly List<FakeSession> _open = [];
    readonly List<Task> _held = [];
    readonly List<TimeSpan> _connects = [];
    readonly List<TimeSpan> _probes = [];
    TaskCompletionSource<bool> _heldConnects = New();
    TaskCompletionSource<bool> _heldProbes = New();

    public string Name => name;

    public MonotonicClock Clock { get; set; } = null!;

    public bool IsPrimary { get; set; } = isPrimary;

    public uint Timeline { get; set; } = 1;

    /// <summary>New connections wait for ever, as on a stopped postmaster.</summary>
    public bool HangsConnects { get; set; }

    /// <summary>Sessions do not answer.</summary>
    public bool HangsProbes { get; set; }

    public Exception? Refusal { get; set; }

    public IReadOnlyList<TimeSpan> Connects
    {
        get
        {
            lock (_gate)
            {
                return [.. _connects];
            }
        }
    }

    public IReadOnlyList<TimeSpan> Probes
    {
        get
        {
            lock (_gate)
            {
                return [.. _probes];
            }
        }
    }

    public int OpenSessions
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Somebody was told something and has not taken it yet.</summary>
    public bool IsUnheard
    {
        get
        {
            lock (_gate)
            {
                return _held.Exists(static h => h.IsCompleted) || _open.Exists(static s => s.IsUnheard);
            }
        }
    }

    public void Freeze() => HangsConnects = HangsProbes = true;

    /// <summary>Answers whoever waits, and from now on at once.</summary>
    public void Thaw()
    {
        HangsConnects = false;
        Interlocked.Exchange(ref _heldConnects, New()).TrySetResult(true);
        ThawSessions();
    }

    public void ThawSessions()
    {
        HangsProbes = false;
        Interlocked.Exchange(ref _heldProbes, New()).TrySetResult(true);
    }

    /// <summary>Every session listening is told.</summary>
    public void EndSessions(Exception reason)
    {
        FakeSession[] sessions;
        lock (_gate)
        {
            sessions = [.. _open];
        }

        Array.ForEach(sessions, s => s.End(reason));
    }

    public async Task<IProbeSession> ConnectAsync()
    {
        lock (_gate)
        {
            _connects.Add(Clock.Now);
        }

        if (HangsConnects)
        {
            await HoldAsync(_heldConnects.Task);
        }

        if (Refusal is { } refusal)
        {
            throw refusal;
        }

        var session = new FakeSession(this);
        lock (_gate)
        {
            _open.Add(session);
        }

        return session;
    }

    async Task HoldAsync(Task until)
    {
        lock (_gate)
        {
            _held.Add(until);
        }

        await until;
        lock (_gate)
        {
            _held.Remove(until);
        }
    }

    static TaskCompletionSource<bool> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    sealed class FakeSession(FakeServer server) : IProbeSession
    {
        readonly TaskCompletionSource<bool> _news = New();
        CancellationToken _listening;

        public async Task<ServerFacts> ProbeAsync()
        {
            lock (server._gate)
            {
                server._probes.Add(server.Clock.Now);
            }

            if (server.HangsProbes)
            {
                await server.HoldAsync(server._heldProbes.Task);
            }

            if (_news.Task.IsFaulted)
            {
                await _news.Task;
            }

            return new ServerFacts(
                !server.IsPrimary,
                !server.IsPrimary,
                1,
                Spec.Start(server.Name),
                new NpgsqlLogSequenceNumber(4096),
                server.IsPrimary ? server.Timeline : null,
                null);
        }

        public bool IsUnheard => _news.Task.IsCompleted || _listening.IsCancellationRequested;

        public async Task WaitForNewsAsync(CancellationToken cancellationToken)
        {
            _listening = cancellationToken;
            try
            {
                await _news.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                _listening = default;
            }
        }

        public void End(Exception reason) => _news.TrySetException(reason);

        public void Abort()
        {
        }

        public ValueTask DisposeAsync()
        {
            lock (server._gate)
            {
                server._open.Remove(this);
            }

            return default;
        }
    }
}
