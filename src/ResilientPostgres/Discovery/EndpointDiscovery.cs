using Microsoft.Extensions.Logging;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Options;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Discovery;

/// <summary>
/// Asks the provider and tells the topology: at the start, before its answer is too old, and at once while anything is in doubt. An answer that says something new
/// is a hint: every server is looked at.
/// </summary>
sealed class EndpointDiscovery(IEndpointProvider provider, TopologyMonitor monitor, MonotonicClock clock, Func<ResilientSettings> settings, ILogger logger) : IAsyncDisposable
{
    /// <summary>A provider that is quick spares us connections to endpoints that it doesn't list; one that isn't holds nobody up for longer.</summary>
    static readonly TimeSpan _headStart = TimeSpan.FromSeconds(1);

    /// <summary>Name servers and cluster managers have others to serve, and in a failover all ask at once.</summary>
    static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan _inDoubt = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource _stop = new();
    readonly WakeableRest _rest = new(clock);
    volatile DiscoveryState _state = new(null, default, null);
    Task _loop = Task.CompletedTask;

    public string Name => provider.Name;

    public DiscoveryState State => _state;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Ask now.</summary>
    public void Wake() => _rest.Wake();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await TimeLimit.WithinAsync(_loop, TimeSpan.FromSeconds(1), clock, CancellationToken.None).ConfigureAwait(false);
        switch (provider)
        {
            case IAsyncDisposable asynchronous:
                await asynchronous.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }

    async Task RunAsync()
    {
        var first = AskAsync();
        try
        {
            await TimeLimit.WithinAsync(first, _headStart, clock, _stop.Token).ConfigureAwait(false);
            monitor.Watch();
            await first.ConfigureAwait(false);
            while (true)
            {
                await clock.Delay(_shortest, _stop.Token).ConfigureAwait(false);
                await _rest.ForAsync(null, Rest() - _shortest, isWakeable: true, _stop.Token).ConfigureAwait(false);
                await AskAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    TimeSpan Rest()
    {
        var most = settings().Monitoring.DiscoveryInterval;
        if (!monitor.Store.State.IsSettled || _state.Failure is not null)
        {
            return _inDoubt;
        }

        var valid = _state.Listing?.ValidFor ?? most;
        return valid > most ? most : valid < _inDoubt ? _inDoubt : valid;
    }

    async Task AskAsync()
    {
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var limit = settings().Monitoring.DiscoveryTimeout;
            var asked = Task.Run(() => provider.ListAsync(Query(), end.Token), end.Token);
            if (!await TimeLimit.WithinAsync(asked, limit, clock, _stop.Token).ConfigureAwait(false))
            {
                await end.CancelAsync().ConfigureAwait(false);
                Background.Observe(asked);
                Failed($"no answer within {limit.TotalSeconds:0.#} s (Monitoring:DiscoveryTimeout)");
                return;
            }

            Take(await asked.ConfigureAwait(false));
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            Failed(e.Message);
        }
    }

    EndpointQuery Query() => new(
        settings().Endpoints, monitor.Store.Current, !monitor.Store.State.IsSettled, clock.Time, logger, monitor.Probe.OpenAsync);

    void Take(EndpointListing answer)
    {
        if (ListingRule.Refuse(answer) is { } reason)
        {
            Failed(reason);
            return;
        }

        var before = _state;
        var listing = ListingRule.Describe(answer, settings().Endpoints);
        _state = new DiscoveryState(listing, clock.Now, null);
        if (before.Failure is not null)
        {
            logger.EndpointsKnownAgain(provider.Name, listing.Endpoints.Length);
        }

        // Also an answer that says nothing new: those that left are forgotten with the time.
        monitor.Report(new Observation.EndpointsListed(listing.Endpoints, clock.Now, settings().Monitoring.DiscoveryMemory));
        monitor.Watch();
        if (before.Listing is not null && ListingRule.IsNews(before, listing))
        {
            monitor.LookNow();
        }
    }

    void Failed(string reason)
    {
        var before = _state;
        _state = before with { Failure = reason };
        if (before.Failure != reason)
        {
            logger.EndpointsUnknown(provider.Name, reason, before.Listing is null ? "those of the options" : $"its last good answer ({before.Endpoints.Length} endpoints)");
        }
    }
}
