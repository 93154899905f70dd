using System.Data;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Faults;
using ResilientPostgres.Freshness;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Positions;
using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Commands;

/// <summary>
/// Runs one command on a session of its own. The first attempt, when an idle session is at hand, costs next to nothing beside Npgsql: no delegate, no
/// token, no race; whoever has to end it asks the command to stop, and cuts the session. Anything else goes the way of every unit of work.
/// </summary>
sealed class StatementRunner(Cluster cluster, Router router, UnitOfWork work)
{
    readonly GuardedReads _guarded = new(() => cluster.Ports.Positions);

    public Task<T> RunAsync<T>(NpgsqlCommand command, Execution<T> execution, WorkRequest request, CancellationToken caller)
    {
        if (cluster.Settings.Mode == RoutingMode.PassThrough)
        {
            return RunElsewhereAsync(command, execution, request, caller);
        }

        if (request.Routing.Floor is not null && cluster.Freshness.IsWorthAsking(request.Routing))
        {
            return RunAskedAsync(command, execution, request, caller);
        }

        if (router.TryChoose(request.Routing) is not { } pool)
        {
            return RunElsewhereAsync(command, execution, request, caller);
        }

        var opening = Open(pool, request, caller);
        return opening.IsCompletedSuccessfully && new Session(opening.Result, pool) is var session && !work.Attempts.MayBeDead(session, request) && HasOrCarries(command, execution.Behavior, pool, request)
            ? FirstAsync(command, execution, session, request, caller)
            : RunOnAsync(command, execution, pool, opening, request, caller);
    }

    /// <summary>As <see cref="RunAsync"/>, on the caller's thread as long as nothing goes wrong and a session is at hand.</summary>
    public T Run<T>(NpgsqlCommand command, Execution<T> execution, WorkRequest request)
    {
        if (request.Routing.Floor is not null && cluster.Freshness.IsWorthAsking(request.Routing))
        {
            Background.Observe(cluster.Freshness.AskAsync()); // For the reads after this one, which goes to the primary.
        }

        if (cluster.Settings.Mode == RoutingMode.PassThrough || router.TryChoose(request.Routing) is not { } pool || !HasOrCarries(command, execution.Behavior, pool, request))
        {
            return RunElsewhere(command, execution, request);
        }

        return TryOpen(pool, request) is { } connection && new Session(connection, pool) is var session && !IsDead(session, request)
            ? First(command, execution, session, request)
            : RunElsewhere(command, execution, request);
    }

    /// <summary>The server has what the read must see, or the read can carry the question with it.</summary>
    bool HasOrCarries(NpgsqlCommand command, CommandBehavior behavior, ISessionPool pool, in WorkRequest request)
    {
        if (request.Routing.Floor is not { } floor)
        {
            return true;
        }

        cluster.Freshness.Chosen(request.Routing, pool.Endpoint);
        var missing = cluster.Freshness.Missing(floor, pool.Endpoint, pool.Generation, pool.Gauge);
        return missing == 0 || (missing != FreshnessFloor.Never && request.IsSingle && Companion.CanCarry(command, behavior));
    }

    /// <summary>What goes to the server with the command, if anything.</summary>
    Companion? CompanionOf<T>(NpgsqlCommand command, Execution<T> execution, in Session session, in WorkRequest request)
    {
        var pool = session.Pool;
        if (request.Routing.Floor is { } floor)
        {
            return cluster.Freshness.Missing(floor, pool.Endpoint, pool.Generation, pool.Gauge) is var missing and not (0 or FreshnessFloor.Never) && pool.Gauge.Followed is { } followed
                ? _guarded.Take().For(command, session.Connection, pool.Gauge, followed, missing)
                : null;
        }

        return !request.Routing.IsRead && !execution.IsReader && request is { IsPlainWrite: true, Kind: WorkKind.Statement } && cluster.Freshness.IsTracking && System.Transactions.Transaction.Current is null && pool.Gauge.TellsPosition
            && cluster.Store.Current is var snapshot && IsOnPrimary(snapshot, pool) && !cluster.Settings.IsSplitByPgpool
            && Companion.CanCarry(command, execution.Behavior)
            ? new NotedWrite(command, session.Connection, cluster.Ports.Positions, cluster.Freshness, (uint)snapshot.Timeline)
            : null;
    }

    static bool IsOnPrimary(TopologySnapshot snapshot, ISessionPool pool) => snapshot.Primary is { } primary
        && (primary.Endpoint.Equals(pool.Endpoint) ? primary.Generation == pool.Generation : snapshot.IsPrimary(pool.Endpoint));

    async Task<T> RunAskedAsync<T>(NpgsqlCommand command, Execution<T> execution, WorkRequest request, CancellationToken caller)
    {
        var asked = request with { Routing = await cluster.Freshness.AskAsync(request.Routing, caller).ConfigureAwait(false) };
        return cluster.Freshness.IsWorthAsking(asked.Routing)
            ? await RunElsewhereAsync(command, execution, request with { Routing = FreshnessGate.OnPrimary(asked.Routing) }, caller).ConfigureAwait(false)
            : await RunAsync(command, execution, asked, caller).ConfigureAwait(false);
    }

    /// <summary>Null if it fails: what to make of that is found out where it happens again, or not.</summary>
    static NpgsqlConnection? TryOpen(ISessionPool pool, in WorkRequest request)
    {
        try
        {
            return pool.Open(request.Routing.IsPure);
        }
        catch (Exception e) when (e is NpgsqlException or ObjectDisposedException)
        {
            return null; // Disposed: its generation was given up between the choice and this.
        }
    }

    /// <summary>Something has arrived on it that nobody asked for: another session is less trouble than finding out.</summary>
    bool IsDead(in Session session, in WorkRequest request)
    {
        var mayBe = work.Attempts.MayBeDead(session, request);
        if (mayBe)
        {
            cluster.Reaper.Take(session.Connection, unwinding: null, wasCut: true);
        }

        return mayBe;
    }

    // What captures its parameters stands in methods of its own: the usual way must not pay for a closure.
    Task<T> RunElsewhereAsync<T>(NpgsqlCommand command, Execution<T> execution, WorkRequest request, CancellationToken caller) =>
        work.RunAsync((connection, token) => execution.RunAsync(On(command, connection), token), request, caller);

    T RunElsewhere<T>(NpgsqlCommand command, Execution<T> execution, WorkRequest request) =>
        Blocking.Wait(() => RunAsync(command, execution, request, CancellationToken.None));

    /// <summary>The first attempt on a session that is being opened already.</summary>
    Task<T> RunOnAsync<T>(
        NpgsqlCommand command,
        Execution<T> execution,
        ISessionPool pool,
        ValueTask<NpgsqlConnection> opening,
        WorkRequest request,
        CancellationToken caller)
    {
        var runs = new CommandRuns<T>(command, execution.RunAsync);
        return work.RunAsync(
            request,
            (r, deadline) => runs.HasRun
                ? work.Attempts.RunAsync(runs.RunAsync, r, deadline, caller)
                : work.Attempts.RunOnAsync(runs.First(work.Acquirer.TryAcquireAsync(r.Routing, deadline, pool, opening, caller)), runs.RunAsync, r, deadline, caller),
            maxAttempts: null,
            caller);
    }

    static ValueTask<NpgsqlConnection> Open(ISessionPool pool, in WorkRequest request, CancellationToken caller) =>
        request.Routing.IsPure ? pool.OpenForStatementAsync(caller) : pool.OpenAsync(caller);

    Task<T> FirstAsync<T>(NpgsqlCommand command, Execution<T> execution, in Session session, in WorkRequest request, CancellationToken caller)
    {
        var began = work.Begin();
        var companion = CompanionOf(command, execution, session, request);
        var operation = Operation(command, companion, session, request, began, caller);
        return FirstAsync(command, execution, StatementRun.On(operation, session, request, began, companion), caller);
    }

    /// <summary>Once a reader was given out the run is its holder's, who may have ended it already, and nothing of it is looked at any more.</summary>
    async Task<T> FirstAsync<T>(NpgsqlCommand command, Execution<T> execution, StatementRun run, CancellationToken caller)
    {
        var companion = run.Companion;
        var (isDone, isKept) = (false, false);
        AttemptFailure? failure = null;
        try
        {
            command.Connection = run.Session.Connection;
            var executing = companion is null ? ExecuteAsync(command, execution, run) : ExecuteAsync(companion, execution, run);
            var result = await (caller.CanBeCanceled ? run.Operation.RaceAsync(executing) : executing).ConfigureAwait(false);
            isKept = Succeeded(run.Session, run.Request, result, run.Operation, companion);
            isDone = true;
            return result;
        }
        catch (Exception e)
        {
            failure = companion?.IsBehind(e) == true ? null : await work.Attempts.UnderstandAsync(e, run.Session, run.Operation, run.Request).ConfigureAwait(false);
        }
        finally
        {
            End(companion, canReuse: isDone && !isKept);
            if (!isKept)
            {
                run.Operation.Dispose();
                await work.Attempts.ReleaseAsync(run.Session.Connection, run.Operation, keep: false).ConfigureAwait(false);
            }

            // What has failed is not over, and still needs its notes.
            if (isDone && !isKept)
            {
                run.Clear();
                run.Operation.Return();
            }
        }

        return failure is null
            ? await BehindAsync(command, execution, run.Session.Pool, run.Request, caller).ConfigureAwait(false)
            : await RepeatAsync(command, execution, failure, run.Request, run.Began, caller).ConfigureAwait(false);
    }

    /// <summary>Where the driver prepares by itself, nothing else need be.</summary>
    Task<T> ExecuteAsync<T>(NpgsqlCommand command, Execution<T> execution, StatementRun run) => run.Request is { Use: { } use, Routing.IsPure: false }
        ? cluster.Preparation.RunAsync(command, use, run.Session.Pool, execution.RunAsync, CancellationToken.None)
        : execution.RunAsync(command, CancellationToken.None);

    Task<T> ExecuteAsync<T>(Companion companion, Execution<T> execution, StatementRun run) => companion is NotedWrite && cluster.Preparation.IsDue(run.Request.Use, run.Session.Pool)
        ? cluster.Preparation.RunPreparedAsync(companion.Batch, run.Request.Use!, (_, _) => companion.ExecuteAsync(execution), CancellationToken.None)
        : companion.ExecuteAsync(execution);

    T First<T>(NpgsqlCommand command, Execution<T> execution, Session session, WorkRequest request)
    {
        var began = work.Begin();
        var companion = CompanionOf(command, execution, session, request);
        var operation = Operation(command, companion, session, request, began, CancellationToken.None);
        var (isDone, isKept) = (false, false);
        AttemptFailure? failure = null;
        try
        {
            command.Connection = session.Connection;
            var result = companion is null ? execution.Run(command) : companion.Execute(execution);
            isKept = Succeeded(session, request, result, operation, companion);
            isDone = true;
            return result;
        }
        catch (Exception e)
        {
            failure = companion?.IsBehind(e) == true ? null : Understand(e, session, operation, request);
        }
        finally
        {
            End(companion, canReuse: isDone && !isKept);
            if (!isKept)
            {
                operation.Dispose();
                Release(session, operation);
                operation.Return();
            }
        }

        if (failure is not null)
        {
            return Repeat(command, execution, failure, request, began);
        }

        // Nobody waits on a thread of the caller's: the primary has it.
        session.Pool.Gauge.NoteBehind(cluster.Clock.Now);
        return request.Routing.Preference == ReadPreference.Standby
            ? RunElsewhere(command, execution, request)
            : Run(command, execution, request with { Routing = FreshnessGate.OnPrimary(request.Routing) });
    }

    /// <summary>The standby had not replayed what the read must see: after a little patience once more, and then on the primary.</summary>
    async Task<T> BehindAsync<T>(NpgsqlCommand command, Execution<T> execution, ISessionPool pool, WorkRequest request, CancellationToken caller)
    {
        var routing = await cluster.Freshness.AfterBehindAsync(request.Routing, pool.Endpoint, pool.Gauge, cluster.Clock.Now, caller).ConfigureAwait(false);
        return await RunElsewhereAsync(command, execution, request with { Routing = routing }, caller).ConfigureAwait(false);
    }

    void End(Companion? companion, bool canReuse)
    {
        companion?.End();
        if (canReuse && companion is GuardedRead guarded)
        {
            _guarded.Keep(guarded);
        }
    }

    AttemptFailure Understand(Exception exception, Session session, InFlightOperation operation, WorkRequest request) =>
        Blocking.Wait(() => work.Attempts.UnderstandAsync(exception, session, operation, request));

    T Repeat<T>(NpgsqlCommand command, Execution<T> execution, AttemptFailure failure, WorkRequest request, TimeSpan began) =>
        Blocking.Wait(() => RepeatAsync(command, execution, failure, request, began, CancellationToken.None));

    void ReleaseSlowly(Session session, InFlightOperation operation) =>
        Blocking.Wait(() => work.Attempts.ReleaseAsync(session.Connection, operation, keep: false).AsTask());

    void Release(Session session, InFlightOperation operation)
    {
        if (operation is { Reason: AbortReason.None, LeftBehind: null } && !session.Connection.FullState.HasFlag(ConnectionState.Broken))
        {
            session.Connection.Close();
        }
        else
        {
            ReleaseSlowly(session, operation);
        }
    }

    InFlightOperation Operation(NpgsqlCommand command, Companion? companion, Session session, in WorkRequest request, TimeSpan began, CancellationToken caller)
    {
        var deadline = work.Attempts.EndOf(request, began + cluster.Settings.TotalTimeout);
        var operation = InFlightOperation.Rent(session.Pool.InFlight, request.Safety, deadline, cluster.Ports.Control, cluster.Clock, caller);
        if (companion is null)
        {
            operation.Attach(session.Connection, command);
        }
        else
        {
            operation.Attach(session.Connection, companion.Batch);
        }

        return operation;
    }

    bool Succeeded<T>(Session session, in WorkRequest request, T result, InFlightOperation operation, Companion? companion)
    {
        cluster.Circuits.Succeeded(session.Pool);
        if (companion is not null)
        {
            companion.Succeed();
        }
        else if (!request.Routing.IsRead)
        {
            cluster.Freshness.Wrote();
        }

        cluster.Freshness.Answered(request.Routing, session.Pool.Endpoint, session.Pool.Generation);
        if (request.KeepsSession && result is NpgsqlDataReader reader)
        {
            StreamHold.Begin(cluster, session, reader, operation, isWrite: !request.Routing.IsRead, request.Owner);
            return true;
        }

        return false;
    }

    Task<T> RepeatAsync<T>(
        NpgsqlCommand command, Execution<T> execution, AttemptFailure failure, WorkRequest request, TimeSpan began, CancellationToken caller)
    {
        var runs = new CommandRuns<T>(command, execution.RunAsync) { HasRun = true };
        return work.RepeatAsync(
            began,
            new Attempt<T>(default!, failure),
            request,
            r => work.Attempts.RunAsync(runs.RunAsync, r, began + cluster.Settings.TotalTimeout, caller),
            caller);
    }

    static NpgsqlCommand On(NpgsqlCommand command, NpgsqlConnection connection)
    {
        command.Connection = connection;
        return command;
    }
}
