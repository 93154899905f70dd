using ResilientPostgres.Topology;

namespace ResilientPostgres.Monitoring;

/// <summary>
/// Watches one endpoint on one session of its own: probe, then listen until the next probe is due. A dying server tells us
/// while we listen; one that hangs misses a probe. Only when a fresh connection has failed too is it declared unreachable.
/// </summary>
sealed class EndpointMonitor
{
    // A first connection takes several round trips and a process start on the server.
    const double ConnectAllowance = 2.5;

    readonly TopologyMonitor _owner;
    readonly Endpoint _endpoint;
    readonly CancellationTokenSource _stop;
    readonly WakeableRest _rest;
    readonly ProbeConnector _connector;
    IProbeSession? _session;

    EndpointMonitor(TopologyMonitor owner, Endpoint endpoint, CancellationToken stop)
    {
        _owner = owner;
        _endpoint = endpoint;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _rest = new WakeableRest(owner.Clock);
        _connector = new ProbeConnector(owner.Probe, endpoint, owner.Clock);
    }

    public Task Completion { get; private set; } = Task.CompletedTask;

    MonotonicClock Clock => _owner.Clock;

    public static EndpointMonitor Start(TopologyMonitor owner, Endpoint endpoint, CancellationToken stop)
    {
        var monitor = new EndpointMonitor(owner, endpoint, stop);
        monitor.Completion = Task.Run(monitor.RunAsync, CancellationToken.None);
        return monitor;
    }

    public void Stop() => _stop.Cancel();

    /// <summary>Probe now. Also right before it rests: the wish is kept.</summary>
    public void Wake() => _rest.Wake();

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await ObserveAsync().ConfigureAwait(false);
                await RestAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        catch (Exception e)
        {
            // A monitor that ends silently would leave its endpoint as it was last seen, for ever.
            _owner.Logger.MonitorFailed(e, _endpoint.Name);
            _owner.Report(new Observation.ProbeFailed(_endpoint, Clock.Now, ProbeFailure.Unreachable, $"its monitor failed: {e.Message}"));
        }
        finally
        {
            Drop();
        }
    }

    async Task ObserveAsync()
    {
        if (_session is not { } session)
        {
            await ConnectAsync(_owner.Settings.ProbeTimeout * ConnectAllowance).ConfigureAwait(false);
            return;
        }

        var isInDoubt = _owner.Store.State.Find(_endpoint)?.DoubtedAt is not null;
        var sentAt = Clock.Now;
        var answer = session.ProbeAsync();

        // Half the time allowed without an answer is no verdict, but reason enough to open a fresh connection beside it.
        if (isInDoubt || !await TakeAsync(answer, sentAt, _owner.Settings.ProbeTimeout / 2).ConfigureAwait(false))
        {
            await AskFreshAsync(session, answer, sentAt).ConfigureAwait(false);
        }
    }

    /// <summary>Reports the answer if it comes in time and is one.</summary>
    async Task<bool> TakeAsync(Task<ServerFacts> answer, TimeSpan sentAt, TimeSpan limit)
    {
        if (!await TimeLimit.WithinAsync(answer, limit, Clock, _stop.Token).ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            _owner.Report(new Observation.Probed(_endpoint, sentAt, Clock.Now, await answer.ConfigureAwait(false)));
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DoubtMyself(e.Message);
            return false;
        }
    }

    /// <summary>
    /// In doubt: a fresh connection beside the session's own answer. A stopped postmaster still answers old sessions and a
    /// session may have died alone, so either is life; only when both fail, or the server itself says that it is going
    /// down, does the endpoint count as gone.
    /// </summary>
    async Task AskFreshAsync(IProbeSession session, Task<ServerFacts> answer, TimeSpan sentAt)
    {
        var limit = _owner.Settings.ProbeTimeout;
        if (await TryConnectAsync(limit).ConfigureAwait(false) is not { } failure)
        {
            Background.Observe(answer);
            ProbeConnector.Discard(session);
            return;
        }

        var left = sentAt + limit - Clock.Now;
        if (failure.Failure != ProbeFailure.StartingUp
            && await TakeAsync(answer, sentAt, left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1)).ConfigureAwait(false))
        {
            return;
        }

        Background.Observe(answer);
        Drop();
        _owner.Report(failure);
    }

    async Task ConnectAsync(TimeSpan limit)
    {
        if (await TryConnectAsync(limit).ConfigureAwait(false) is { } failure)
        {
            _owner.Report(failure);
        }
    }

    /// <summary>Null when a fresh connection has become the session; else why not, which is not reported yet.</summary>
    async Task<Observation.ProbeFailed?> TryConnectAsync(TimeSpan limit)
    {
        var (fresh, failure) = await _connector.TryAsync(limit, _stop.Token).ConfigureAwait(false);
        if (fresh is { } made)
        {
            _session = made.Session;
            _owner.Report(new Observation.Probed(_endpoint, made.SentAt, made.ReceivedAt, made.Facts));
        }

        return failure;
    }

    async Task RestAsync()
    {
        var isMisconfigured = _owner.Store.State.Find(_endpoint)?.Reach == Reach.Misconfigured;
        var delay = isMisconfigured ? ProbePace.Misconfigured : _owner.NextDelay(_session is not null);
        try
        {
            await _rest.ForAsync(_session, delay, isWakeable: !isMisconfigured, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The server said that it dies, or the stream ended: news within milliseconds, and evidence.
            Drop();
            DoubtMyself(e.Message);
        }
    }

    void DoubtMyself(string reason)
    {
        if (_owner.Store.State.Find(_endpoint) is { } state)
        {
            _owner.Doubt(_endpoint, state.Generation, isEvidence: true, reason);
        }
    }

    void Drop()
    {
        if (_session is { } session)
        {
            _session = null;
            ProbeConnector.Discard(session);
        }
    }
}
