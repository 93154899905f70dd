using System.Data;
using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>Runs a piece of work once, on a session of its own, and understands what came of it.</summary>
sealed class AttemptRunner(Cluster cluster, SessionAcquirer acquirer)
{
    static readonly TimeSpan _closingTime = TimeSpan.FromMilliseconds(500);

    public Task<Attempt<T>> RunAsync<T>(
        Func<Session, CancellationToken, Task<T>> work, WorkRequest request, TimeSpan deadline, CancellationToken caller)
    {
        // Nearly always an idle session is at hand, and then one asynchronous method less.
        var acquiring = acquirer.TryAcquireAsync(request.Routing, deadline, caller);
        return acquiring.IsCompletedSuccessfully && acquiring.Result is { Failure: null, Result: var session } && !MayBeDead(session, request)
            ? RunAsync(work, session, request, EndOf(request, deadline), caller)
            : RunOnAsync(acquiring, work, request, deadline, caller);
    }

    /// <summary>On a session that is being acquired already.</summary>
    public async Task<Attempt<T>> RunOnAsync<T>(
        Task<Attempt<Session>> acquiring, Func<Session, CancellationToken, Task<T>> work, WorkRequest request, TimeSpan deadline, CancellationToken caller)
    {
        var acquired = await acquiring.ConfigureAwait(false);
        if (acquired.Failure is { } failure)
        {
            return failure;
        }

        var session = acquired.Result;
        return MayBeDead(session, request) && await FindDeadAsync(session).ConfigureAwait(false) is { } dead
            ? dead
            : await RunAsync(work, session, request, EndOf(request, deadline), caller).ConfigureAwait(false);
    }

    /// <summary>When an attempt that begins now ends: its caller's own limit counts before ours.</summary>
    public TimeSpan EndOf(in WorkRequest request, TimeSpan deadline)
    {
        var now = cluster.Clock.Now;
        if (request.Limit is var limit && limit > TimeSpan.Zero)
        {
            return limit == TimeSpan.MaxValue ? limit : now + limit;
        }

        var attempt = now + cluster.Settings.AttemptTimeout;
        return attempt < deadline ? attempt : deadline;
    }

    async Task<Attempt<T>> RunAsync<T>(
        Func<Session, CancellationToken, Task<T>> work, Session session, WorkRequest request, TimeSpan deadline, CancellationToken caller)
    {
        var operation = new InFlightOperation(session.Pool.InFlight, request.Safety, deadline, cluster.Ports.Control, cluster.Clock, caller);
        operation.Attach(session.Connection);
        var succeeded = false;
        var isStream = false;
        try
        {
            var result = await operation.RaceAsync(work(session, operation.Token)).ConfigureAwait(false);
            succeeded = true;
            cluster.Circuits.Succeeded(session.Pool);
            cluster.Freshness.Answered(request.Routing, session.Pool.Endpoint, session.Pool.Generation);
            NoteWrite(request);
            if (request.KeepsSession && result is NpgsqlDataReader reader)
            {
                StreamHold.Begin(cluster, session, reader, operation, isWrite: !request.Routing.IsRead, request.Owner);
                isStream = true;
            }

            return new Attempt<T>(result);
        }
        catch (Exception e)
        {
            return await UnderstandAsync(e, session, operation, request).ConfigureAwait(false);
        }
        finally
        {
            // First the operation: once it is over nobody aborts the session, which may then go back to its pool.
            if (!isStream)
            {
                operation.Dispose();
                await ReleaseAsync(session.Connection, operation, keep: succeeded && request.KeepsSession).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What was written, if anything; a transaction's is noted with its commit.</summary>
    void NoteWrite(in WorkRequest request)
    {
        if (request is { Routing.IsRead: false, Kind: not WorkKind.Transaction })
        {
            cluster.Freshness.Wrote();
        }
    }

    /// <summary>A transaction needs no such look: whatever fails before its COMMIT was not done.</summary>
    public bool MayBeDead(in Session session, in WorkRequest request) =>
        request is { Safety: OperationSafety.NonIdempotent, Kind: not WorkKind.Transaction } && cluster.Ports.Control.HasUnread(session.Connection);

    /// <summary>
    /// A pooled session whose server died a moment ago would take the write and leave its outcome unknown, though nobody read it. If
    /// something has arrived on it while it lay idle, it is asked first; while the answer is out nothing has been sent.
    /// </summary>
    async ValueTask<AttemptFailure?> FindDeadAsync(Session session)
    {
        var limit = cluster.Settings.Monitoring.ProbeTimeout;
        var asking = cluster.Ports.Control.AskAsync(session.Connection);
        var isAnswered = await TimeLimit.WithinAsync(asking, limit, cluster.Clock, CancellationToken.None).ConfigureAwait(false);
        if (isAnswered && await asking.ConfigureAwait(false) is null)
        {
            return null;
        }

        var cause = isAnswered ? await asking.ConfigureAwait(false) : null;
        cluster.Reaper.Take(session.Connection, isAnswered ? null : asking, wasCut: false);
        var exception = cause ?? new NpgsqlException("The idle session did not answer.", new TimeoutException());
        var fault = FaultClassifier.Classify(exception, FaultPhase.Open, WorkKind.Statement);
        return Report(new AttemptFailure(exception, fault with { Repeat = Repeat.Yes }, FaultPhase.Open, session.Pool));
    }

    AttemptFailure Report(AttemptFailure failure)
    {
        if (failure.Fault.IsDoubt)
        {
            cluster.Monitor.Doubt(failure.Pool!.Endpoint, failure.Pool.Generation, failure.Fault.IsEvidence, failure.Exception.Message);
        }

        cluster.Circuits.Failed(failure.Pool!, failure.Fault, failure.Exception);
        return failure;
    }

    public async Task<AttemptFailure> UnderstandAsync(Exception exception, Session session, InFlightOperation operation, WorkRequest request)
    {
        var fault = AbortedFault.Of(exception, operation.Reason, request.Kind, IsOpen(session.Connection), LimitText.OfCommand(request.Limit, session.Connection));
        cluster.Freshness.Answered(request.Routing, session.Pool.Endpoint, session.Pool.Generation);
        if (fault.Effect == FaultEffect.Unknown || request.Kind != WorkKind.Statement)
        {
            NoteWrite(request); // One refused statement of several undoes that one.
        }

        // Its own limit, passed on a server that is silent: nobody waits longer for it either.
        fault = request.Limit > TimeSpan.Zero && fault.Kind == FaultKind.Timeout ? fault with { Repeat = Repeat.Never } : fault;
        if (StalePreparation.IsMissing(exception))
        {
            operation.Spoil();
        }

        var isUnwound = operation.LeftBehind is null;
        var isUndone = await WasNeverWritableAsync(fault, session.Connection).ConfigureAwait(false);
        return Report(new AttemptFailure(
            exception, fault, FaultPhase.Execute, session.Pool, operation.Reason, isUndone, isUnwound)
        {
            Until = request.Limit > TimeSpan.Zero ? null : operation.Deadline,
        });
    }

    static bool IsOpen(NpgsqlConnection connection) => connection.State == ConnectionState.Open;

    /// <summary>
    /// A refusal undoes one statement; what the work committed before it stays. But on a server in recovery it can't have
    /// committed anything, and recovery does not begin during a session.
    /// </summary>
    async Task<bool> WasNeverWritableAsync(Fault fault, NpgsqlConnection connection)
    {
        if (fault.Kind != FaultKind.ReadOnlyServer || !IsOpen(connection))
        {
            return false;
        }

        using var limit = new CancellationTokenSource(cluster.Settings.Monitoring.ProbeTimeout, cluster.Clock.Time);
        return await cluster.Ports.Control.IsInRecoveryAsync(connection, limit.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// Closing takes no time, unless the work left something behind to be drained, and for ever if the server has frozen meanwhile. Past a
    /// short while, and for a session that was aborted, it goes on in the background: the caller's answer does not depend on it.
    /// </summary>
    public async ValueTask ReleaseAsync(NpgsqlConnection connection, InFlightOperation operation, bool keep)
    {
        if (operation.Reason != AbortReason.None || operation.WasCut)
        {
            cluster.Reaper.Take(connection, operation.LeftBehind, operation.WasCut);
        }
        else if (!keep)
        {
            var closing = connection.DisposeAsync();
            if (!closing.IsCompletedSuccessfully)
            {
                var draining = closing.AsTask();
                Background.Observe(draining);
                await TimeLimit.WithinAsync(draining, _closingTime, cluster.Clock, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
