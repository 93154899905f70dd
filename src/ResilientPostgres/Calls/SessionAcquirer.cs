using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Positions;
using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>
/// Gets a session where the request may run: chooses, waits for the topology where nothing will do yet, opens. An endpoint that turns
/// out to be gone is out of the choice from then on, so going round again means waiting for another, not hammering.
/// </summary>
sealed class SessionAcquirer(Cluster cluster, Router router)
{
    public Task<Attempt<Session>> TryAcquireAsync(RoutingRequest request, TimeSpan deadline, CancellationToken cancellationToken) =>
        TryAcquireAsync(request, deadline, null, default, cancellationToken);

    /// <param name="request">Where it may run.</param>
    /// <param name="deadline">When to stop trying.</param>
    /// <param name="pool">Already chosen, if so.</param>
    /// <param name="opening">What that pool is already opening.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<Attempt<Session>> TryAcquireAsync(
        RoutingRequest request, TimeSpan deadline, ISessionPool? pool, ValueTask<NpgsqlConnection> opening, CancellationToken cancellationToken)
    {
        var began = cluster.Clock.Now;
        Exception? last = null;
        TimeSpan? behindSince = null;
        while (true)
        {
            try
            {
                if (pool is null)
                {
                    request = request.Floor is not null && cluster.Freshness.IsWorthAsking(request)
                        ? await cluster.Freshness.AskAsync(request, cancellationToken).ConfigureAwait(false)
                        : request;
                    pool = await ChooseAsync(request, began, deadline, last, cancellationToken).ConfigureAwait(false);
                    opening = request.IsPure ? pool.OpenForStatementAsync(cancellationToken) : pool.OpenAsync(cancellationToken);
                }

                var session = new Session(await EndOpenAsync(opening, pool, deadline, cancellationToken).ConfigureAwait(false), pool);
                request = cluster.Freshness.Renew(request);
                if (request.Floor is not { } floor || await HasAsync(session, floor, deadline, cancellationToken).ConfigureAwait(false))
                {
                    cluster.Freshness.Chosen(request, pool.Endpoint);
                    return new Attempt<Session>(session);
                }

                request = await cluster.Freshness.AfterBehindAsync(request, pool.Endpoint, pool.Gauge, behindSince ??= cluster.Clock.Now, cancellationToken).ConfigureAwait(false);
                pool = null;
            }
            catch (Exception e)
            {
                var failure = Understand(e, pool, cancellationToken);
                if (!failure.Fault.IsEvidence || cluster.Clock.Now >= deadline)
                {
                    return failure;
                }

                last = e;
                request = request with { Avoid = pool!.Endpoint };
                pool = null;
            }
        }
    }

    /// <summary>Whether a server has what the read must see. A standby of which that is not known is asked, on the very session.</summary>
    async ValueTask<bool> HasAsync(Session session, FreshnessFloor floor, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var gauge = session.Pool.Gauge;
        var missing = cluster.Freshness.Missing(floor, session.Pool.Endpoint, session.Pool.Generation, gauge);
        if (missing == 0)
        {
            return true;
        }

        using var operation = new InFlightOperation(session.Pool.InFlight, OperationSafety.ReadOnly, deadline, cluster.Ports.Control, cluster.Clock, cancellationToken);
        operation.Attach(session.Connection);
        var replayed = 0UL;
        try
        {
            var followed = gauge.Followed;
            replayed = missing == FreshnessFloor.Never || followed is null ? 0
                : await operation.RaceAsync(cluster.Ports.Positions.AskReplayedAsync(session.Connection, operation.Token)).ConfigureAwait(false);
            if (replayed > 0)
            {
                gauge.NoteReplayed(followed!, replayed);
            }

            return replayed >= missing;
        }
        finally
        {
            operation.Dispose();
            if (replayed < missing)
            {
                cluster.Reaper.Take(session.Connection, operation.LeftBehind, operation.WasCut);
            }
        }
    }

    AttemptFailure Understand(Exception exception, ISessionPool? pool, CancellationToken caller)
    {
        if (caller.IsCancellationRequested || pool is null)
        {
            var aborted = caller.IsCancellationRequested ? AbortReason.CallerCancelled : cluster.IsDisposed ? AbortReason.Disposed : AbortReason.None;
            return new AttemptFailure(exception, ByUs(FaultKind.ConnectFailed, EndpointEffect.None), FaultPhase.Acquire, pool, aborted);
        }

        if (cluster.IsDisposed)
        {
            return new AttemptFailure(exception, ByUs(FaultKind.Application, EndpointEffect.None), FaultPhase.Open, pool, AbortReason.Disposed);
        }

        // Given up by ourselves because its server is gone: the topology knows already.
        var fault = exception is AbortedOpenException { Reason: AbortReason.EndpointDown }
            ? ByUs(FaultKind.ConnectFailed, EndpointEffect.Suspect)
            : FaultClassifier.Classify(exception, FaultPhase.Open, WorkKind.Statement);
        if (fault.IsDoubt)
        {
            cluster.Monitor.Doubt(pool.Endpoint, pool.Generation, fault.IsEvidence, exception.Message);
        }

        cluster.Circuits.Failed(pool, fault, exception);
        return new AttemptFailure(exception, fault, FaultPhase.Open, pool);
    }

    static Fault ByUs(FaultKind kind, EndpointEffect endpoint) =>
        new(kind, FaultEffect.NotApplied, endpoint, Repeat.Never, "nothing was sent");

    async ValueTask<ISessionPool> ChooseAsync(
        RoutingRequest request, TimeSpan began, TimeSpan deadline, Exception? last, CancellationToken cancellationToken)
    {
        while (true)
        {
            cluster.EnsureStarted();
            cancellationToken.ThrowIfCancellationRequested();

            // Taken before choosing, so that what is learned in between is not slept through.
            var snapshot = cluster.Store.Current;
            var closed = cluster.Circuits.Closed;
            var observed = IsForFreshness(request) ? cluster.Store.NextObservation() : null;
            request = cluster.Freshness.Renew(request);
            if (router.TryChoose(request) is { } pool)
            {
                return pool;
            }

            await WaitAsync(request, snapshot, Changes(snapshot, closed, observed), began, deadline, last, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Only a call that waits for a standby's freshness is woken by every observation.</summary>
    static bool IsForFreshness(in RoutingRequest request) => request.Preference is not (ReadPreference.Primary or ReadPreference.PreferPrimary);

    static Task Changes(TopologySnapshot snapshot, Task closed, Task? observed) =>
        observed is null ? Task.WhenAny(snapshot.Superseded, closed) : Task.WhenAny(snapshot.Superseded, closed, observed);

    async Task<NpgsqlConnection> EndOpenAsync(
        ValueTask<NpgsqlConnection> opening, ISessionPool pool, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (opening.IsCompletedSuccessfully)
        {
            return opening.Result;
        }

        // The driver ignores the token from the moment the server has accepted the connection, so the wait is ours to end.
        var open = opening.AsTask();
        using var operation = new InFlightOperation(
            pool.InFlight, OperationSafety.ReadOnly, deadline, cluster.Ports.Control, cluster.Clock, cancellationToken);
        try
        {
            return await operation.RaceAsync(open).ConfigureAwait(false);
        }
        catch (TimeoutException e) when (operation.LeftBehind is not null)
        {
            cluster.Reaper.Take(open);
            cluster.EnsureStarted();
            cancellationToken.ThrowIfCancellationRequested();
            throw new AbortedOpenException(operation.Reason, e);
        }
    }

    async Task WaitAsync(
        RoutingRequest request, TopologySnapshot snapshot, Task change, TimeSpan began, TimeSpan deadline, Exception? last, CancellationToken cancellationToken)
    {
        var left = deadline - cluster.Clock.Now;
        if (left > TimeSpan.Zero && !IsHopeless(snapshot))
        {
            try
            {
                await change.WaitAsync(Least(left, UntilTrial(snapshot)), cluster.Clock.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Look again, and if there is no time left, give the reasons.
            }

            return;
        }

        cluster.EnsureStarted();
        throw new NoSuitableEndpointException(router.Explain(request), cluster.Clock.Now - began, !IsHopeless(cluster.Store.Current), last);
    }

    static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>When an endpoint whose circuit is open may be tried again.</summary>
    TimeSpan UntilTrial(TopologySnapshot snapshot)
    {
        var now = cluster.Clock.Now;
        var least = TimeSpan.FromDays(1);
        foreach (var endpoint in snapshot.Endpoints)
        {
            if (endpoint.Gauge.IsShunned(now))
            {
                least = Least(least, endpoint.Gauge.ShunnedUntil - now + TimeSpan.FromMilliseconds(1));
            }
        }

        return least;
    }

    /// <summary>Waiting mends neither a wrong password nor a wrong host.</summary>
    static bool IsHopeless(TopologySnapshot snapshot)
    {
        foreach (var endpoint in snapshot.Endpoints)
        {
            if (endpoint.Status is not (EndpointStatus.Misconfigured or EndpointStatus.Foreign))
            {
                return false;
            }
        }

        return true;
    }
}
