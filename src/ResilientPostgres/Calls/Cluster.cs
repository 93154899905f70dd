using Microsoft.Extensions.Logging;
using ResilientPostgres.Commits;
using ResilientPostgres.Diagnostics;
using ResilientPostgres.Discovery;
using ResilientPostgres.Endpoints;
using ResilientPostgres.Faults;
using ResilientPostgres.Freshness;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Positions;
using ResilientPostgres.Resilience;
using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;
using ResilientPostgres.Settings;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Calls;

/// <summary>The parts of one cluster that its calls share.</summary>
sealed class Cluster(
    string name,
    ResilientSettings settings,
    Func<Func<ResilientSettings>, MonotonicClock, ClusterPorts> ports,
    MonotonicClock clock,
    RandomSource random,
    ResilienceStrategies strategies,
    ILogger logger) : IAsyncDisposable
{
    readonly Lock _gate = new();
    volatile ResilientSettings _settings = settings;
    volatile bool _isStarted;
    volatile bool _isDisposed;
    ITimer? _ticker;
    string? _ignored;
    Task? _disposal;

    public string Name => name;

    public MonotonicClock Clock => clock;

    public RandomSource Random => random;

    public ILogger Logger => logger;

    public ResilienceStrategies Strategies => strategies;

    public ResilientSettings Settings => _settings;

    public TopologyStore Store { get; private set; } = null!;

    public TopologyMonitor Monitor { get; private set; } = null!;

    /// <summary>Null where the endpoints are those of the options.</summary>
    public EndpointDiscovery? Discovery { get; private set; }

    public TopologyAnnouncer Announcer { get; private set; } = null!;

    public ClusterPorts Ports { get; private set; } = null!;

    public CallMetrics Metrics { get; private set; } = null!;

    public Circuits Circuits { get; private set; } = null!;

    public Preparation Preparation { get; private set; } = null!;

    /// <summary>The acknowledged transactions, if they are to be remembered.</summary>
    public CommitLedger? Ledger { get; } = settings.Commits.LedgerCapacity > 0 ? new CommitLedger(settings.Commits.LedgerCapacity) : null;

    public LedgerWatch? LedgerWatch { get; private set; }

    public CommitCapability CommitCapability { get; private set; } = null!;

    public FreshnessGate Freshness { get; private set; } = null!;

    public StatementRouter Statements { get; private set; } = null!;

    public TokenPurge TokenPurge { get; private set; } = null!;

    public Reaper Reaper { get; private set; } = null!;

    public ShareLimit RetryBudget { get; } = new();

    public RetryPipeline Retry { get; } = new(clock.Time, random.NextDouble, strategies);

    public HedgingPipeline Hedging { get; } = new(clock.Time, () => clock.Now, strategies);

    public bool IsDisposed => _isDisposed;

    /// <summary>Makes the parts; nothing runs and nothing is opened until the first call.</summary>
    public Cluster Assemble()
    {
        Store = new TopologyStore(_settings.Endpoints, () => _settings.SplitBrain, () => (_settings.MaxReplicationLag, _settings.MaxReplicationLagBytes));
        Ports = ports(() => _settings, clock);
        Monitor = new TopologyMonitor(Store, Ports.Probe, clock, random, () => _settings, logger);
        if (Ports.Provider is { } provider)
        {
            Discovery = new EndpointDiscovery(provider, Monitor, clock, () => _settings, logger);
            Monitor.Alarmed = Discovery.Wake;
        }

        Announcer = new TopologyAnnouncer(Store, logger);
        Circuits = new Circuits(this);
        Preparation = new Preparation(this);
        CommitCapability = new CommitCapability(this);
        Freshness = new FreshnessGate(this, Store, () => _settings, clock, new PositionQuestion(AskPositionAsync, clock), new ScopeAdvice(name, () => Metrics, logger));
        Statements = new StatementRouter(this, new UnitOfWork(this, new Router(this)));
        TokenPurge = new TokenPurge(this, new Router(this));
        Reaper = new Reaper(Ports.Control, clock);
        Metrics = new CallMetrics(name, () => Store.Current, () => clock.Now, () => (Reaper.Count, Reaper.OldestAge));
        var reaction = new TopologyReaction(Ports.Pools, logger, () => _settings.Pooler.IsAny);
        Store.Published = reaction.React;
        if (Ledger is not null)
        {
            LedgerWatch = new LedgerWatch(this, Ledger, new Router(this));
            Store.Published += LedgerWatch.React;
        }

        return this;
    }

    /// <summary>Starts watching at the first call, so that no host is needed.</summary>
    public void EnsureStarted()
    {
        Disposed.ThrowIf(_isDisposed);
        if (!_isStarted)
        {
            Start();
        }
    }

    void Start()
    {
        lock (_gate)
        {
            if (_isStarted || _isDisposed)
            {
                return;
            }

            foreach (var notice in _settings.Notices)
            {
                logger.ConnectionStringNotice(notice);
            }

            _ = Announcer.RunAsync();
            if (Discovery is { } discovery)
            {
                discovery.Start();
            }
            else
            {
                Monitor.Watch();
            }

            _ticker = new DeadlineTicker(clock, Sweep).Start();
            _isStarted = true;
        }
    }

    async Task<PrimaryMark> AskPositionAsync()
    {
        var work = new UnitOfWork(this, new Router(this));
        var request = new WorkRequest(new RoutingRequest(ReadPreference.Primary, TimeSpan.MaxValue, IsRead: true, IsPure: true), OperationSafety.ReadOnly);
        var mark = await work.RunAsync(
            async (connection, token) =>
            {
                // Asked after all that it is asked for had ended, also what ended at this very moment.
                var sentAt = clock.Now + TimeSpan.FromTicks(1);
                var (timeline, position) = await Ports.Positions.AskAsync(connection, token).ConfigureAwait(false);
                return new PrimaryMark(sentAt, timeline, (ulong)position);
            },
            request,
            CancellationToken.None).ConfigureAwait(false);
        Store.Note(mark);
        NoteTelling(Store.Current, mark);

        Freshness.Process.Settle(mark);
        return mark;
    }

    static void NoteTelling(TopologySnapshot snapshot, PrimaryMark mark)
    {
        foreach (var endpoint in snapshot.Endpoints)
        {
            if (snapshot.Timeline == mark.Timeline && snapshot.IsPrimary(endpoint.Endpoint))
            {
                endpoint.Gauge.TellsPosition = true;
            }
        }
    }

    void Sweep(TimeSpan now)
    {
        Statements.Tick(now);
        var pools = Ports.Pools.Live;
        for (var i = 0; i < pools.Count; i++)
        {
            pools[i].InFlight.Sweep(now);
        }
    }

    /// <summary>Swaps the settings whole. Calls under way end by those they began with.</summary>
    public void Apply(ResilientSettings next)
    {
        lock (_gate)
        {
            var before = _settings;
            if (next.ConnectionString != before.ConnectionString)
            {
                SayOnce(next.ConnectionString, "ConnectionString (but for its hosts)");
                next = next with { ConnectionString = before.ConnectionString };
            }

            if (next.Pooler.Kinds != before.Pooler.Kinds)
            {
                SayOnce($"Pooler = {next.Pooler.Kinds}", "Pooler");
                next = next with { Pooler = next.Pooler with { Kinds = before.Pooler.Kinds } };
            }

            // A change anywhere in the configuration reloads every section of it; most have not changed.
            var isSameSet = next.Endpoints.SequenceEqual(before.Endpoints, EndpointComparer.Whole);
            if (isSameSet && (next with { Endpoints = before.Endpoints, Notices = before.Notices }) == before)
            {
                return;
            }

            _settings = next;
            if (next.CircuitBreaker != before.CircuitBreaker)
            {
                Circuits.Reset();
            }

            if (!isSameSet)
            {
                List(next);
            }

            logger.SettingsReloaded(name, next.Mode);
        }
    }

    /// <summary>What an operator takes out is out at once; a provider is asked what it makes of the new options.</summary>
    void List(ResilientSettings next)
    {
        if (Discovery is { } discovery)
        {
            discovery.Wake();
            return;
        }

        Monitor.Report(new Observation.EndpointsListed([.. next.Endpoints.Select(static e => new ListedEndpoint(e))], clock.Now, TimeSpan.Zero));
        if (_isStarted)
        {
            Monitor.Watch();
        }
    }

    void SayOnce(string ignored, string key)
    {
        if (_ignored != ignored)
        {
            _ignored = ignored;
            logger.SettingNeedsRestart(name, key);
        }
    }

    /// <summary>Waiters get an <see cref="ObjectDisposedException"/>; a hung server does not hold this up.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isDisposed = true;
            return new ValueTask(_disposal ??= DisposeCoreAsync());
        }
    }

    async Task DisposeCoreAsync()
    {
        await Task.Yield();
        _ticker?.Dispose();
        foreach (var pool in Ports.Pools.Live)
        {
            pool.InFlight.Abort(static o => !o.IsDeaf, AbortReason.Disposed); // What the caller holds open is the caller's to close.
        }

        Store.Dispose();
        try
        {
            await (Discovery?.DisposeAsync() ?? default).ConfigureAwait(false);
        }
        finally
        {
            // A provider of the user's that fails at its end must not leave our sessions open.
            await Monitor.DisposeAsync().ConfigureAwait(false);
            await TimeLimit.WithinAsync(Ports.DisposeAsync().AsTask(), TimeSpan.FromSeconds(1), clock, CancellationToken.None).ConfigureAwait(false);
            Metrics.Dispose();
        }
    }
}
