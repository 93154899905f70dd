using Microsoft.Extensions.Logging;
using ResilientPostgres.Settings;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Monitoring;

/// <summary>Owns one monitor an endpoint, and the pace: ordinary, or panic while anything that decides is in doubt.</summary>
sealed class TopologyMonitor(
    TopologyStore store,
    IEndpointProbe probe,
    MonotonicClock clock,
    RandomSource random,
    Func<ResilientSettings> settings,
    ILogger logger) : IAsyncDisposable
{
    const long Calm = -1;

    readonly Lock _gate = new();
    readonly Dictionary<Endpoint, EndpointMonitor> _monitors = [];
    readonly CancellationTokenSource _stop = new();
    long _panicSince = Calm;

    public TopologyStore Store => store;

    public MonotonicClock Clock => clock;

    public IEndpointProbe Probe => probe;

    public ILogger Logger => logger;

    public MonitoringSettings Settings => settings().Monitoring;

    /// <summary>Called when something that decides has come into doubt: be quick and never block.</summary>
    public Action? Alarmed { get; set; }

    /// <summary>Starts a monitor for each endpoint that has none, and stops those of endpoints that left.</summary>
    public void Watch()
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            var listed = store.State.Endpoints;
            foreach (var endpoint in listed)
            {
                if (!_monitors.ContainsKey(endpoint.Endpoint))
                {
                    _monitors.Add(endpoint.Endpoint, EndpointMonitor.Start(this, endpoint.Endpoint, _stop.Token));
                }
            }

            foreach (var gone in _monitors.Keys.Where(k => !listed.Any(e => e.Endpoint.Equals(k))).ToArray())
            {
                _monitors.Remove(gone, out var monitor);
                Background.Run(() => ForgetAsync(gone, monitor!));
            }
        }
    }

    /// <summary>What kept servers from letting us in has been mended (the database has been created): asks them again now instead of in their slow pace.</summary>
    public void AskRefusedAgain()
    {
        lock (_gate)
        {
            foreach (var endpoint in _monitors.Keys.Where(e => store.State.Find(e)?.Reach == Reach.Misconfigured).ToArray())
            {
                _monitors[endpoint].Stop();
                _monitors[endpoint] = EndpointMonitor.Start(this, endpoint, _stop.Token);
            }
        }
    }

    /// <summary>A call had trouble with an endpoint: look at it, and at all others, now.</summary>
    public void Doubt(Endpoint endpoint, int generation, bool isEvidence, string reason)
    {
        // A storm of failing calls is one doubt: the first of them has raised the alarm.
        if (store.State.Find(endpoint) is not { } state || state.Generation != generation
            || (state.DoubtedAt is not null && (state.Reach == Reach.Suspected || !isEvidence)))
        {
            return;
        }

        Report(new Observation.Doubted(endpoint, generation, clock.Now, isEvidence, reason));
    }

    /// <summary>The one way in for what monitors and calls have seen.</summary>
    public void Report(Observation observation)
    {
        store.Apply(observation);
        if (store.State.IsSettled)
        {
            Interlocked.Exchange(ref _panicSince, Calm);
        }
        else if (Interlocked.CompareExchange(ref _panicSince, clock.Now.Ticks, Calm) == Calm || observation is Observation.Doubted)
        {
            WakeAll();
            Alarmed?.Invoke();
        }
    }

    /// <summary>
    /// Somebody who should know says that something has changed. In doubt the close pace begins anew: a cluster manager tells of an election, or of the one it has chosen, just
    /// before the promotion, which may be long after the doubt began.
    /// </summary>
    public void LookNow()
    {
        var since = Interlocked.Read(ref _panicSince);
        if (since != Calm)
        {
            Interlocked.CompareExchange(ref _panicSince, clock.Now.Ticks, since);
        }

        WakeAll();
    }

    public TimeSpan NextDelay(bool isAnswering)
    {
        var since = Interlocked.Read(ref _panicSince);
        TimeSpan? panicFor = since == Calm ? null : clock.Now - TimeSpan.FromTicks(since);
        var delay = ProbePace.Next(Settings, panicFor, isAnswering, random.NextDouble());

        // What is proven about lag needs the ordinary pace whenever there is a primary.
        return store.Current.Primary is not null && delay > Settings.ProbeInterval ? Settings.ProbeInterval : delay;
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            running = [.. _monitors.Values.Select(static m => m.Completion)];
        }

        await _stop.CancelAsync().ConfigureAwait(false);

        // A monitor may hang with its server for the length of one driver time-out; disposal does not.
        await TimeLimit.WithinAsync(Task.WhenAll(running), TimeSpan.FromSeconds(1), clock, CancellationToken.None).ConfigureAwait(false);
    }

    async Task ForgetAsync(Endpoint endpoint, EndpointMonitor monitor)
    {
        monitor.Stop();
        await monitor.Completion.ConfigureAwait(false);
        await probe.ForgetAsync(endpoint).ConfigureAwait(false);
    }

    void WakeAll()
    {
        lock (_gate)
        {
            foreach (var monitor in _monitors.Values)
            {
                monitor.Wake();
            }
        }
    }
}
