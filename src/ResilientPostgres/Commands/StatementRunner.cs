using System.Data;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Commands;

/// <summary>
/// Runs one command on a session of its own. The first attempt, when an idle session is at hand, costs next to nothing beside Npgsql: no delegate, no
/// token, no race; whoever has to end it asks the command to stop, and cuts the session. Anything else goes the way of every unit of work.
/// </summary>
sealed class StatementRunner(Cluster cluster, Router router, UnitOfWork work)
{
    public Task<T> RunAsync<T>(NpgsqlCommand command, Func<NpgsqlCommand, CancellationToken, Task<T>> execute, WorkRequest request, CancellationToken caller)
    {
        if (cluster.Settings.Mode == RoutingMode.PassThrough || router.TryChoose(request.Routing) is not { } pool)
        {
            return RunElsewhereAsync(command, execute, request, caller);
        }

        var opening = Open(pool, request, caller);
        return opening.IsCompletedSuccessfully && new Session(opening.Result, pool) is var session && !work.Attempts.MayBeDead(session, request)
            ? FirstAsync(command, execute, session, request, caller)
            : RunOnAsync(command, execute, pool, opening, request, caller);
    }

    /// <summary>As <see cref="RunAsync"/>, on the caller's thread as long as nothing goes wrong and a session is at hand.</summary>
    public T Run<T>(
        NpgsqlCommand command, Func<NpgsqlCommand, T> execute, Func<NpgsqlCommand, CancellationToken, Task<T>> executeAsync, WorkRequest request)
    {
        if (cluster.Settings.Mode == RoutingMode.PassThrough || router.TryChoose(request.Routing) is not { } pool)
        {
            return RunElsewhere(command, executeAsync, request);
        }

        return TryOpen(pool, request) is { } connection && new Session(connection, pool) is var session && !IsDead(session, request)
            ? First(command, execute, executeAsync, session, request)
            : RunElsewhere(command, executeAsync, request);
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
    Task<T> RunElsewhereAsync<T>(NpgsqlCommand command, Func<NpgsqlCommand, CancellationToken, Task<T>> execute, WorkRequest request, CancellationToken caller) =>
        work.RunAsync((connection, token) => execute(On(command, connection), token), request, caller);

    T RunElsewhere<T>(NpgsqlCommand command, Func<NpgsqlCommand, CancellationToken, Task<T>> execute, WorkRequest request) =>
        Blocking.Wait(() => RunAsync(command, execute, request, CancellationToken.None));

    /// <summary>The first attempt on a session that is being opened already.</summary>
    Task<T> RunOnAsync<T>(
        NpgsqlCommand command,
        Func<NpgsqlCommand, CancellationToken, Task<T>> execute,
        ISessionPool pool,
        ValueTask<NpgsqlConnection> opening,
        WorkRequest request,
        CancellationToken caller)
    {
        var runs = new CommandRuns<T>(command, execute);
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

    async Task<T> FirstAsync<T>(
        NpgsqlCommand command, Func<NpgsqlCommand, CancellationToken, Task<T>> execute, Session session, WorkRequest request, CancellationToken caller)
    {
        var began = work.Begin();
        var operation = Operation(command, session, request, began, caller);
        var isKept = false;
        AttemptFailure failure;
        try
        {
            command.Connection = session.Connection;
            var executing = execute(command, CancellationToken.None);
            var result = await (caller.CanBeCanceled ? operation.RaceAsync(executing) : executing).ConfigureAwait(false);
            isKept = Succeeded(session, request, result, operation);
            return result;
        }
        catch (Exception e)
        {
            failure = await work.Attempts.UnderstandAsync(e, session, operation, request).ConfigureAwait(false);
        }
        finally
        {
            if (!isKept)
            {
                operation.Dispose();
                await work.Attempts.ReleaseAsync(session.Connection, operation, keep: false).ConfigureAwait(false);
                operation.Return();
            }
        }

        return await RepeatAsync(command, execute, failure, request, began, caller).ConfigureAwait(false);
    }

    T First<T>(
        NpgsqlCommand command, Func<NpgsqlCommand, T> execute, Func<NpgsqlCommand, CancellationToken, Task<T>> executeAsync, Session session, WorkRequest request)
    {
        var began = work.Begin();
        var operation = Operation(command, session, request, began, CancellationToken.None);
        var isKept = false;
        AttemptFailure failure;
        try
        {
            command.Connection = session.Connection;
            var result = execute(command);
            isKept = Succeeded(session, request, result, operation);
            return result;
        }
        catch (Exception e)
        {
            failure = Understand(e, session, operation, request);
        }
        finally
        {
            if (!isKept)
            {
                operation.Dispose();
                Release(session, operation);
                operation.Return();
            }
        }

        return Repeat(command, executeAsync, failure, request, began);
    }

    AttemptFailure Understand(Exception exception, Session session, InFlightOperation operation, WorkRequest request) =>
        Blocking.Wait(() => work.Attempts.UnderstandAsync(exception, session, operation, request));

    T Repeat<T>(NpgsqlCommand command, Func<NpgsqlCommand, CancellationToken, Task<T>> execute, AttemptFailure failure, WorkRequest request, TimeSpan began) =>
        Blocking.Wait(() => RepeatAsync(command, execute, failure, request, began, CancellationToken.None));

    void ReleaseSlowly(Session session, InFlightOperation operation) =>
        Blocking.Wait(() => work.Attempts.ReleaseAsync(session.Connection, operation, keep: false).AsTask());

    void Release(Session session, InFlightOperation operation)
    {
        if (operation.Reason == AbortReason.None && !session.Connection.FullState.HasFlag(ConnectionState.Broken))
        {
            session.Connection.Close();
        }
        else
        {
            ReleaseSlowly(session, operation);
        }
    }

    InFlightOperation Operation(NpgsqlCommand command, Session session, in WorkRequest request, TimeSpan began, CancellationToken caller)
    {
        var deadline = work.Attempts.EndOf(request, began + cluster.Settings.TotalTimeout);
        var operation = InFlightOperation.Rent(session.Pool.InFlight, request.Safety, deadline, cluster.Ports.Control, cluster.Clock, caller);
        operation.Attach(session.Connection, command);
        return operation;
    }

    bool Succeeded<T>(Session session, in WorkRequest request, T result, InFlightOperation operation)
    {
        cluster.Circuits.Succeeded(session.Pool);
        if (request.KeepsSession && result is NpgsqlDataReader reader)
        {
            StreamHold.Begin(cluster, session, reader, operation, request.Owner);
            return true;
        }

        return false;
    }

    Task<T> RepeatAsync<T>(
        NpgsqlCommand command, Func<NpgsqlCommand, CancellationToken, Task<T>> execute, AttemptFailure failure, WorkRequest request, TimeSpan began, CancellationToken caller)
    {
        var runs = new CommandRuns<T>(command, execute) { HasRun = true };
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
