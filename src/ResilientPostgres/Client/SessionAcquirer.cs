using System.Runtime.ExceptionServices;
using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Resilience;
using ResilientPostgres.Routing;

namespace ResilientPostgres.Client;

/// <summary>Gets a session where the request may run: chooses, waits for the topology where nothing will do yet, opens, tries again. Nothing has been sent, so all of it may be repeated.</summary>
sealed class SessionAcquirer(Cluster cluster, Router router)
{
    /// <exception cref="NoSuitableEndpointException">Nothing would do until the deadline.</exception>
    public Task<Session> AcquireAsync(RoutingRequest request, TimeSpan deadline, CancellationToken cancellationToken) =>
        AcquireAsync(request, deadline, null, default, cancellationToken);

    /// <param name="request">Where it may run.</param>
    /// <param name="deadline">When to stop trying.</param>
    /// <param name="pool">Already chosen, if so.</param>
    /// <param name="opening">What that pool is already opening.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="NoSuitableEndpointException">Nothing would do until the deadline.</exception>
    public async Task<Session> AcquireAsync(
        RoutingRequest request, TimeSpan deadline, ISessionPool? pool, ValueTask<NpgsqlConnection> opening, CancellationToken cancellationToken)
    {
        var began = cluster.Clock.Now;
        Exception? last = null;
        for (var failures = 0; ;)
        {
            if (pool is null)
            {
                pool = await ChooseAsync(request, began, deadline, last, cancellationToken).ConfigureAwait(false);
                opening = pool.OpenAsync(cancellationToken);
            }

            try
            {
                return new Session(await EndOpenAsync(opening, pool, deadline, cancellationToken).ConfigureAwait(false), pool);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && !cluster.IsDisposed)
            {
                last = e;
                failures = await AfterFailureAsync(e, pool, failures, deadline, cancellationToken).ConfigureAwait(false);
                request = request with { Avoid = pool.Endpoint };
                pool = null;
            }
        }
    }

    async ValueTask<ISessionPool> ChooseAsync(
        RoutingRequest request, TimeSpan began, TimeSpan deadline, Exception? last, CancellationToken cancellationToken)
    {
        while (true)
        {
            cluster.EnsureStarted();
            cancellationToken.ThrowIfCancellationRequested();

            // Taken before choosing, so that what is learned in between is not slept through.
            var snapshot = cluster.Store.Current;
            var observed = IsForFreshness(request) ? cluster.Store.NextObservation() : null;
            if (router.TryChoose(request) is { } pool)
            {
                return pool;
            }

            await WaitAsync(request, snapshot, observed, began, deadline, last, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Only a call that waits for a standby's freshness is woken by every observation.</summary>
    static bool IsForFreshness(in RoutingRequest request) => request.Preference is not (ReadPreference.Primary or ReadPreference.PreferPrimary);

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
        catch when (operation.LeftBehind is not null)
        {
            Background.Await(open, static late => late.DisposeAsync().AsTask());
            cluster.EnsureStarted();
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <returns>How many openings have failed, if another may be tried.</returns>
    async Task<int> AfterFailureAsync(Exception failure, ISessionPool pool, int failures, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var fault = FaultClassifier.Classify(failure, FaultPhase.Open, WorkKind.Statement);
        if (fault.IsDoubt)
        {
            cluster.Monitor.Doubt(pool.Endpoint, pool.Generation, fault.IsEvidence, failure.Message);
        }

        // Evidence takes the endpoint out of the choice, so going round again means waiting, not hammering.
        if (fault.IsEvidence && cluster.Clock.Now < deadline)
        {
            return failures;
        }

        var isPointless = fault.Repeat == Repeat.Never || cluster.Settings.Mode == RoutingMode.PassThrough;
        if (isPointless || failures >= cluster.Settings.MaxRetries || cluster.Clock.Now >= deadline)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        await cluster.Clock.Delay(Backoff.Next(fault.Kind, failures + 1, cluster.Random.NextDouble()), cancellationToken).ConfigureAwait(false);
        return failures + 1;
    }

    async Task WaitAsync(
        RoutingRequest request, TopologySnapshot snapshot, Task? observed, TimeSpan began, TimeSpan deadline, Exception? last, CancellationToken cancellationToken)
    {
        var left = deadline - cluster.Clock.Now;
        if (left > TimeSpan.Zero && !IsHopeless(snapshot))
        {
            var change = observed is null ? snapshot.Superseded : Task.WhenAny(snapshot.Superseded, observed);
            try
            {
                await change.WaitAsync(left, cluster.Clock.Time, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                // Fall through to the reasons.
            }
        }

        cluster.EnsureStarted();
        throw new NoSuitableEndpointException(router.Explain(request), cluster.Clock.Now - began, !IsHopeless(cluster.Store.Current), last);
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
