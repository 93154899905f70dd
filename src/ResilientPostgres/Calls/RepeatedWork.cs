using System.Collections.Immutable;
using Npgsql;
using ResilientPostgres.Diagnostics;
using ResilientPostgres.Faults;
using ResilientPostgres.Resilience;
using ResilientPostgres.Sessions;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Calls;

/// <summary>A call whose first attempt has failed: what may be done about it, within its deadline and the budget of all.</summary>
/// <param name="cluster">What calls share.</param>
/// <param name="router">For the reasons in the final exception.</param>
/// <param name="began">When the call did.</param>
/// <param name="first">How the first attempt failed.</param>
/// <param name="request">What was asked for.</param>
/// <param name="again">One more attempt.</param>
/// <param name="caller">The caller's token.</param>
sealed class RepeatedWork<T>(
    Cluster cluster,
    Router router,
    TimeSpan began,
    AttemptFailure first,
    WorkRequest request,
    Func<WorkRequest, Task<Attempt<T>>> again,
    CancellationToken caller) : RepeatedCall
{
    readonly ImmutableArray<FailedAttempt>.Builder _attempts = ImmutableArray.CreateBuilder<FailedAttempt>();
    AttemptFailure _last = first;
    WorkRequest _request = request;
    Endpoint? _unknownOn;
    bool _isUnderWay;
    bool _hasSucceeded;
    bool _isOneMoreUsed;
    T _result = default!;

    TimeSpan Deadline => began + cluster.Settings.TotalTimeout;

    public override bool IsRoutedAway =>
        _last.Fault.Kind is FaultKind.ConnectionLost or FaultKind.ConnectFailed or FaultKind.StartingUp or FaultKind.ReadOnlyServer;

    public async Task<T> RunAsync(RetrySettings settings)
    {
        if (IsRepeatable(_last))
        {
            await cluster.Retry.RunAsync(this, settings, caller).ConfigureAwait(false);
        }

        if (!_hasSucceeded)
        {
            // Cancelled while it waited to be repeated: the caller hears of that, not of a failure that would have been mended.
            var isGivenUp = caller.IsCancellationRequested && _isUnderWay && _last is { Aborted: AbortReason.None, Fault.Repeat: not Repeat.Never };
            _last = isGivenUp ? _last with { Aborted = AbortReason.CallerCancelled } : _last;
            FinalFailure.Throw(_last, _attempts.ToImmutable(), _request.Safety, _unknownOn, () => router.Explain(_request.Routing), caller);
        }

        return _result;
    }

    public override async ValueTask<Exception?> NextAsync()
    {
        if (_isUnderWay)
        {
            if (caller.IsCancellationRequested || !await IsAffordableAsync().ConfigureAwait(false))
            {
                return null;
            }

            await LookFirstAsync().ConfigureAwait(false);
            Announce();
            var attempt = await again(_request).ConfigureAwait(false);
            if (attempt.Failure is not { } failure)
            {
                _hasSucceeded = true;
                _result = attempt.Result;
                return null;
            }

            if (!IsRepeatable(failure))
            {
                return null;
            }
        }

        _isUnderWay = true;

        // Polly's own strategies, if a user puts some there, leave cancellations alone; this is none.
        return _last.Exception is OperationCanceledException ? new TimeoutException(_last.Exception.Message, _last.Exception) : _last.Exception;
    }

    /// <summary>Takes note of a failure, and decides.</summary>
    bool IsRepeatable(AttemptFailure attempt)
    {
        var failure = _last = LimitText.Named(attempt, Deadline, cluster.Settings);
        _attempts.Add(new FailedAttempt(
            failure.Pool?.Endpoint, failure.Phase, failure.Fault.Kind, failure.Fault.Effect, failure.Fault.Reason, failure.Exception, cluster.Clock.Now - began));
        return MayRepeat();
    }

    bool MayRepeat()
    {
        // Work that has not come back would run beside itself; only work that may be doubled is repeated then.
        var isAlone = _last.IsUnwound || _request.Safety != OperationSafety.NonIdempotent;
        return isAlone
            && cluster.Clock.Now < Deadline
            && cluster.Settings.Mode != RoutingMode.PassThrough
            && IsAllowed(Repetition.Decide(_last.Fault, _last.Phase, _request.Kind, _request.Safety, _last.IsProvenUndone));
    }

    bool IsAllowed(FaultRemedy remedy)
    {
        // Of a transaction's statements each may have gone stale by itself; and each is prepared no more after that.
        var isLastChance = (remedy is FaultRemedy.RepeatOnce or FaultRemedy.RepeatOnPrimary) && !StalePreparation.Is(_last.Fault, _last.Exception);
        var isAllowed = remedy == FaultRemedy.Repeat || (remedy == FaultRemedy.RepeatOnce && !isLastChance)
            || (isLastChance && !_isOneMoreUsed && (remedy == FaultRemedy.RepeatOnce || RanOnStandby()));
        if (isAllowed)
        {
            _isOneMoreUsed |= isLastChance;
            Prepare(toPrimary: IsRefusedByStandby() || remedy == FaultRemedy.RepeatOnPrimary);
        }

        return isAllowed;
    }

    /// <summary>What was taken for a read is none, or none that a standby can do; then no standby can, and that text is not asked of one again.</summary>
    bool IsRefusedByStandby()
    {
        if (_last.Exception is not PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.FeatureNotSupported } refusal
            || _request.Routing.Preference == ReadPreference.Primary || !RanOnStandby())
        {
            return false;
        }

        if (_request.Text is { } text && (_last.Fault.Kind == FaultKind.ReadOnlyServer || _last.Fault.Repeat == Repeat.OnPrimary))
        {
            cluster.Statements.Learn(text, refusal.MessageText);
        }

        return _last.Fault.Kind == FaultKind.ReadOnlyServer;
    }

    bool RanOnStandby() => _last.Pool is { } pool && Find(pool.Endpoint) is { Role: EndpointRole.Standby };

    void Prepare(bool toPrimary)
    {
        // Not on a session where the driver prepares by itself: what was wrong with one may be wrong with the next.
        var routing = _request.Routing with { Avoid = _last.Pool?.Endpoint ?? _request.Routing.Avoid, IsPure = false };
        _request = _request with { Routing = toPrimary ? routing with { Preference = ReadPreference.Primary } : routing };
        if (_request.Safety != OperationSafety.ReadOnly && _last.Fault.Effect == FaultEffect.Unknown)
        {
            _unknownOn = _last.Pool?.Endpoint;
        }
    }

    /// <summary>
    /// Leaving a server that is down asks nothing more of it and is free. All else is paid from the budget; when that is used up, a mere
    /// suspicion is worth waiting for, and a failure that leaves the server standing is final.
    /// </summary>
    async ValueTask<bool> IsAffordableAsync()
    {
        // Every session in use finds that out once, all at the same time.
        if (StalePreparation.Is(_last.Fault, _last.Exception))
        {
            return true;
        }

        while (_last.Pool is { } pool && _last.Aborted != AbortReason.EndpointDown)
        {
            var snapshot = cluster.Store.Current;
            var endpoint = Find(pool.Endpoint);
            if (endpoint is null || endpoint.Generation != pool.Generation || endpoint.Status is not (EndpointStatus.Available or EndpointStatus.Suspected))
            {
                return true;
            }

            // A write has nowhere else to go: while the circuit of its endpoint keeps opening, one attempt a call is enough.
            var settings = cluster.Settings.Retry;
            var isPointless = !_request.Routing.IsRead && endpoint.Gauge.WasShunned(cluster.Clock.Now, cluster.Settings.CircuitBreaker.SamplingDuration);
            if (!isPointless && cluster.RetryBudget.TryTake(cluster.Clock.Now, settings.BudgetRatio, settings.BudgetPerSecond))
            {
                return true;
            }

            if (isPointless || endpoint.Status == EndpointStatus.Available || cluster.Clock.Now >= Deadline || cluster.IsDisposed)
            {
                cluster.Metrics.Shed(_last.Fault.Kind);
                cluster.Logger.CallShed(pool.Endpoint.Name, _last.Fault.Kind, isPointless ? "its circuit keeps opening" : "the retry budget is used up (Retry:BudgetRatio, Retry:BudgetPerSecond)");
                return false;
            }

            await Task.WhenAny(snapshot.Superseded, cluster.Clock.Delay(Deadline - cluster.Clock.Now, caller)).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>
    /// The server that we take for the primary says that it takes no writes. To ask it again before it has been looked at would only use up the attempts: a probe made since shows
    /// whether it is the server or merely that session.
    /// </summary>
    async ValueTask LookFirstAsync()
    {
        var failedAt = began + _attempts[^1].Elapsed;
        while (_last is { Fault.Kind: FaultKind.ReadOnlyServer, Pool: { } pool } && !caller.IsCancellationRequested && cluster.Clock.Now < Deadline && !cluster.IsDisposed)
        {
            var seen = cluster.Store.NextObservation();
            var isStillPrimary = cluster.Store.Current.Primary is { } primary && primary.Endpoint.Equals(pool.Endpoint) && primary.Generation == pool.Generation;
            if (!isStillPrimary || cluster.Store.State.Find(pool.Endpoint)?.SentAt > failedAt)
            {
                return;
            }

            // Observations come many to a call: each wait takes its timer with it when it ends.
            var left = Deadline - cluster.Clock.Now;
            await seen.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cluster.Clock.Time, caller).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Announce()
    {
        cluster.Logger.CallRepeated(
            _request.Safety, _attempts.Count + 1, _last.Fault.Kind, _last.Pool?.Endpoint.Name ?? "no endpoint", _last.Exception.Message);
        cluster.Metrics.Repeated(_last.Fault.Kind);
    }

    EndpointSnapshot? Find(Endpoint endpoint)
    {
        foreach (var candidate in cluster.Store.Current.Endpoints)
        {
            if (candidate.Endpoint.Equals(endpoint))
            {
                return candidate;
            }
        }

        return null;
    }
}
