using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>Runs a piece of work on a session, and again where what happened allows it. Only what has failed pays for more than its first attempt.</summary>
sealed class UnitOfWork(Cluster cluster, Router router)
{
    readonly SessionAcquirer _acquirer = new(cluster, router);
    readonly AttemptRunner _attempts = new(cluster, new SessionAcquirer(cluster, router)); // Both without state.

    public AttemptRunner Attempts => _attempts;

    public SessionAcquirer Acquirer => _acquirer;

    public Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, WorkRequest request, CancellationToken caller)
    {
        if (cluster.Settings.Mode == RoutingMode.PassThrough)
        {
            return RunPlainAsync(work, request, caller);
        }

        return RunCoreAsync(work, request, caller);
    }

    /// <summary>Opens a session for the caller to keep.</summary>
    /// <param name="request">Where.</param>
    /// <param name="pool">Already chosen, if so.</param>
    /// <param name="opening">What that pool is already opening.</param>
    /// <param name="caller">The caller's token.</param>
    public async ValueTask<Session> OpenAsync(RoutingRequest request, ISessionPool? pool, ValueTask<NpgsqlConnection> opening, CancellationToken caller)
    {
        var began = Begin();
        var deadline = began + cluster.Settings.TotalTimeout;
        var first = await _acquirer.TryAcquireAsync(request, deadline, pool, opening, caller).ConfigureAwait(false);
        if (first.Failure is null)
        {
            return first.Result;
        }

        // Nothing is ever sent while opening, so it is as safe as reading.
        var work = new WorkRequest(request, request.IsRead ? OperationSafety.ReadOnly : OperationSafety.NonIdempotent);
        return await RepeatAsync(began, first, work, r => _acquirer.TryAcquireAsync(r.Routing, deadline, caller), caller).ConfigureAwait(false);
    }

    /// <summary>Runs attempts of the caller's making.</summary>
    /// <param name="request">What it is.</param>
    /// <param name="attempt">One attempt, until the deadline.</param>
    /// <param name="maxAttempts">How many in all, if not as set.</param>
    /// <param name="caller">The caller's token.</param>
    public async Task<T> RunAsync<T>(WorkRequest request, Func<WorkRequest, TimeSpan, Task<Attempt<T>>> attempt, int? maxAttempts, CancellationToken caller)
    {
        var began = Begin();
        var deadline = began + cluster.Settings.TotalTimeout;
        var first = await attempt(request, deadline).ConfigureAwait(false);
        return first.Failure is null
            ? first.Result
            : await RepeatAsync(began, first, request, Until(deadline, attempt), caller, maxAttempts).ConfigureAwait(false);
    }

    /// <summary>Apart, so that only what has failed pays for the closure.</summary>
    static Func<WorkRequest, Task<Attempt<T>>> Until<T>(TimeSpan deadline, Func<WorkRequest, TimeSpan, Task<Attempt<T>>> attempt) => r => attempt(r, deadline);

    async Task<T> RunCoreAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> delegated, WorkRequest request, CancellationToken caller)
    {
        Task<T> work(Session session, CancellationToken token) => delegated(session.Connection, token);
        var began = Begin();
        var deadline = began + cluster.Settings.TotalTimeout;
        // A command is one object, which can't run twice at a time.
        var isHedged = cluster.Settings.Hedging.Enabled && request is { Safety: OperationSafety.ReadOnly, KeepsSession: false, Kind: WorkKind.Delegate };
        var first = isHedged
            ? await new HedgedRead<T>(_attempts, work, request, deadline).RunAsync(cluster, caller).ConfigureAwait(false)
            : await _attempts.RunAsync(work, request, deadline, caller).ConfigureAwait(false);
        return first.Failure is null
            ? first.Result
            : await RepeatAsync(began, first, request, r => _attempts.RunAsync(work, r, deadline, caller), caller).ConfigureAwait(false);
    }

    /// <summary>The moment at which a call begins, counted for the budget.</summary>
    public TimeSpan Begin()
    {
        var now = cluster.Clock.Now;
        cluster.RetryBudget.Count(now);
        return now;
    }

    /// <summary>A call whose first attempt has failed: again, where that is safe and helps, or the failure.</summary>
    public Task<T> RepeatAsync<T>(TimeSpan began, Attempt<T> first, WorkRequest request, Func<WorkRequest, Task<Attempt<T>>> again, CancellationToken caller, int? maxAttempts = null)
    {
        var settings = cluster.Settings.Retry;
        var limited = maxAttempts is { } most && most - 1 != settings.MaxRetries ? settings with { MaxRetries = most - 1 } : settings;
        return new RepeatedWork<T>(cluster, router, began, first.Failure!, request, again, caller).RunAsync(limited);
    }

    /// <summary>As plain Npgsql would, but for the choice of the server.</summary>
    async Task<T> RunPlainAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, WorkRequest request, CancellationToken caller)
    {
        var (connection, _) = await OpenAsync(request.Routing, null, default, caller).ConfigureAwait(false);
        var keep = false;
        try
        {
            var result = await work(connection, caller).ConfigureAwait(false);
            keep = request.KeepsSession;
            return result;
        }
        finally
        {
            if (!request.Routing.IsRead)
            {
                cluster.Freshness.Wrote(); // For the reads after the mode has changed.
            }

            if (!keep)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
