using Microsoft.Extensions.Logging.Abstractions;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Tests.Monitoring;

/// <summary>The real monitors and store over fake servers and a fake clock, moved step by step.</summary>
sealed class MonitoredCluster : IEndpointProbe
{
    const int QuietYields = 3;
    const int MostYields = 1_000_000;
    const int EnoughYields = 200;

    static int _workersAtRest = int.MaxValue;

    static readonly TimeSpan _step = TimeSpan.FromMilliseconds(5);

    readonly FakeServer[] _servers;
    readonly MonotonicClock _clock;
    readonly List<(TimeSpan At, TopologySnapshot Snapshot)> _published = [];


    public MonitoredCluster(params FakeServer[] servers)
    {
        _servers = servers;
        _clock = new MonotonicClock(Time);
        Array.ForEach(servers, s => s.Clock = _clock);
        var options = new ResilientPostgresOptions { ConnectionString = $"Host={string.Join(',', servers.Select(static s => s.Name))}" };
        var settings = ResilientSettings.Freeze(options);
        Store = new TopologyStore(settings.Endpoints, () => settings.SplitBrain) { Published = Record };
        Monitor = new TopologyMonitor(Store, this, _clock, new RandomSource(7), () => settings, NullLogger.Instance);
    }

    public SteppedTimeProvider Time { get; } = new();

    public TopologyStore Store { get; }

    public TopologyMonitor Monitor { get; }

    public TimeSpan Now => _clock.Now;

    public TopologySnapshot Current => Store.Current;

    /// <summary>Every status a server was published with, from some moment on.</summary>
    public IEnumerable<(TimeSpan At, EndpointStatus Status)> History(string name, TimeSpan since)
    {
        lock (_published)
        {
            return [.. _published.Where(p => p.At >= since).Select(p => (p.At, p.Snapshot.Endpoints.Single(e => e.Endpoint.Host == name).Status))];
        }
    }

    public EndpointSnapshot Of(string name) => Current.Endpoints.Single(e => e.Endpoint.Host == name);

    public static async Task<MonitoredCluster> StartAsync(params FakeServer[] servers)
    {
        var cluster = new MonitoredCluster(servers);
        await MeasureRestAsync();
        cluster.Monitor.Watch();
        await cluster.SettleAsync();
        return cluster;
    }

    /// <summary>Moves the clock in small steps, each only when every loop waits for time.</summary>
    public async Task AdvanceAsync(double milliseconds)
    {
        await SettleAsync();
        for (var left = TimeSpan.FromMilliseconds(milliseconds); left > TimeSpan.Zero; left -= _step)
        {
            Time.Advance(left < _step ? left : _step);
            await SettleAsync();
        }
    }

    public async Task AdvanceUntilAsync(Func<bool> condition, double atMost)
    {
        for (var spent = 0.0; !condition(); spent += _step.TotalMilliseconds)
        {
            Assert.True(spent <= atMost, $"not within {atMost} ms\n{Current}");
            await AdvanceAsync(_step.TotalMilliseconds);
        }
    }

    /// <summary>One leap, as after a pause of the process: no loop runs in between.</summary>
    public async Task LeapAsync(TimeSpan by)
    {
        Time.Advance(by);
        await SettleAsync();
    }

    /// <summary>
    /// Lets continuations run until each monitor stands at a timer (one a monitor: a rest's end, or a limit), nothing is queued and
    /// no worker of the pool but our own is at work. If something else keeps a worker busy, many quiet looks will do.
    /// </summary>
    public async Task SettleAsync()
    {
        var (idle, standing) = (0, 0);
        for (var i = 0; idle < QuietYields && standing < EnoughYields; i++)
        {
            Assert.True(i < MostYields, $"the monitors do not come to rest: {Time.Armed} timers for {_servers.Length} monitors\n{Current}");
            await Task.Yield();
            var stands = ThreadPool.PendingWorkItemCount == 0 && Time.Armed == _servers.Length && !Array.Exists(_servers, static s => s.IsUnheard);
            standing = stands ? standing + 1 : 0;
            var busy = BusyWorkers();
            _workersAtRest = Math.Min(_workersAtRest, busy);
            idle = stands && busy <= _workersAtRest ? idle + 1 : 0;
        }
    }

    /// <summary>Lets continuations run, without a step of the clock, until what was set off has come about.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < MostYields, $"it does not come about\n{Current}");
            await Task.Yield();
        }

        await SettleAsync();
    }

    public Task<IProbeSession> ConnectAsync(Endpoint endpoint, CancellationToken cancellationToken) =>
        _servers.Single(s => s.Name == endpoint.Host).ConnectAsync();

    public Task<Npgsql.NpgsqlConnection> OpenAsync(Endpoint endpoint, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ForgetAsync(Endpoint endpoint) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Monitor.DisposeAsync();
        Store.Dispose();
    }

    /// <summary>The test itself may run on a worker, and the runner may keep one: the least that was ever seen.</summary>
    static async Task MeasureRestAsync()
    {
        for (var i = 0; i < 20_000 && _workersAtRest > 1; i++)
        {
            await Task.Yield();
            _workersAtRest = Math.Min(_workersAtRest, BusyWorkers());
        }
    }

    static int BusyWorkers()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var free, out _);
        return most - free;
    }

    void Record(TopologySnapshot snapshot)
    {
        lock (_published)
        {
            _published.Add((_clock.Now, snapshot));
        }
    }
}
