using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Settings;
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

    readonly ProviderCalls _calls = new(provider, clock);
    readonly CancellationTokenSource _stop = new();
    readonly WakeableRest _rest = new(clock);
    ImmutableArray<Endpoint> _described = settings().Endpoints;
    EndpointListing? _answer;
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
        await _calls.EndAsync().ConfigureAwait(false);
    }

    async Task RunAsync()
    {
        FollowOptions();
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
                FollowOptions();
                monitor.Watch();
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
        if (await _calls.AskAsync(Query, Take, settings().Monitoring.DiscoveryTimeout, _stop.Token).ConfigureAwait(false) is { } failure)
        {
            Failed(failure);
        }
    }

    /// <summary>What an operator changes counts at once, also while the provider can't answer.</summary>
    void FollowOptions()
    {
        var options = settings().Endpoints;
        if (options == _described)
        {
            return;
        }

        _described = options;
        var listing = _answer is { } answer ? ListingRule.Describe(answer, options) : null;
        _state = _state with { Listing = listing };
        monitor.Report(listing is null
            ? new Observation.EndpointsListed([.. options.Select(static e => new ListedEndpoint(e))], clock.Now, TimeSpan.Zero)
            : new Observation.EndpointsListed(listing.Endpoints, clock.Now, settings().Monitoring.DiscoveryMemory));
    }

    EndpointQuery Query() => new(
        settings().Endpoints, monitor.Store.Current, !monitor.Store.State.IsSettled, clock.Time, logger, monitor.Probe.OpenAsync);

    void Take(EndpointListing answer)
    {
        var before = _state;
        _described = settings().Endpoints;
        _answer = answer;
        var listing = ListingRule.Describe(answer, _described);
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
