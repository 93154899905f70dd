using System.Data;
using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Resilience;

namespace ResilientPostgres.Client;

/// <summary>Runs a piece of work on a session, and again where what happened allows it.</summary>
sealed class UnitOfWork(Cluster cluster, SessionAcquirer acquirer)
{
    static readonly TimeSpan _closingTime = TimeSpan.FromMilliseconds(500);

    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, WorkRequest request, CancellationToken cancellationToken)
    {
        var deadline = cluster.Clock.Now + cluster.Settings.TotalTimeout;
        if (cluster.Settings.Mode == RoutingMode.PassThrough)
        {
            return await RunOnceAsync(work, request, deadline, cancellationToken).ConfigureAwait(false);
        }

        Endpoint? unknownOn = null;
        for (var attempt = 1; ; attempt++)
        {
            var session = await AcquireAsync(request, unknownOn, deadline, cancellationToken).ConfigureAwait(false);
            var (result, failed) = await AttemptAsync(work, session, request, deadline, cancellationToken).ConfigureAwait(false);
            if (failed is not { } failure)
            {
                return result;
            }

            var endpoint = session.Pool.Endpoint;
            if (!MayRepeat(failure, request, attempt, deadline))
            {
                FinalFailure.Throw(failure, endpoint, request.Safety, cancellationToken);
            }

            cluster.Logger.CallRepeated(request.Safety, attempt + 1, failure.Fault.Kind, endpoint.Name, failure.Exception.Message);
            cluster.Metrics.Repeated(failure.Fault.Kind);
            await cluster.Clock.Delay(Backoff.Next(failure.Fault.Kind, attempt, cluster.Random.NextDouble()), cancellationToken).ConfigureAwait(false);
            request = request with { Routing = request.Routing with { Avoid = endpoint } };
            unknownOn = request.Safety != OperationSafety.ReadOnly && failure.Fault.Effect == FaultEffect.Unknown ? endpoint : unknownOn;
        }
    }

    /// <summary>As plain Npgsql would, but for the choice of the server.</summary>
    async Task<T> RunOnceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, WorkRequest request, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var (connection, _) = await acquirer.AcquireAsync(request.Routing, deadline, cancellationToken).ConfigureAwait(false);
        var keep = false;
        try
        {
            var result = await work(connection, cancellationToken).ConfigureAwait(false);
            keep = request.KeepsSession;
            return result;
        }
        finally
        {
            if (!keep)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>"Nothing was sent" is true of the acquiring, but not of the whole call once an attempt of it may have been applied.</summary>
    async ValueTask<Session> AcquireAsync(WorkRequest request, Endpoint? unknownOn, TimeSpan deadline, CancellationToken caller)
    {
        try
        {
            return await acquirer.AcquireAsync(request.Routing, deadline, caller).ConfigureAwait(false);
        }
        catch (NpgsqlException e) when (unknownOn is not null)
        {
            throw new OutcomeUnknownException(unknownOn, e);
        }
        catch (OperationCanceledException e) when (unknownOn is not null)
        {
            throw FinalFailure.Cancelled(unknownOn, e, caller);
        }
    }

    async Task<(T Result, AttemptFailure? Failure)> AttemptAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, Session session, WorkRequest request, TimeSpan deadline, CancellationToken caller)
    {
        var attemptDeadline = cluster.Clock.Now + cluster.Settings.AttemptTimeout;
        var operation = new InFlightOperation(
            session.Pool.InFlight, request.Safety, attemptDeadline < deadline ? attemptDeadline : deadline, cluster.Ports.Control, cluster.Clock, caller);
        operation.Attach(session.Connection);
        var succeeded = false;
        try
        {
            var result = await operation.RaceAsync(InvokeAsync(work, session.Connection, operation.Token)).ConfigureAwait(false);
            succeeded = true;
            return (result, null);
        }
        catch (Exception e)
        {
            return (default!, await UnderstandAsync(e, session, operation, request).ConfigureAwait(false));
        }
        finally
        {
            // First the operation: once it is over nobody aborts the session, which may then go back to its pool.
            operation.Dispose();
            await ReleaseAsync(session.Connection, operation, keep: succeeded && request.KeepsSession).ConfigureAwait(false);
        }
    }

    /// <summary>A delegate may throw before its first await.</summary>
    static async Task<T> InvokeAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, NpgsqlConnection connection, CancellationToken token) =>
        await work(connection, token).ConfigureAwait(false);

    async Task<AttemptFailure> UnderstandAsync(Exception exception, Session session, InFlightOperation operation, WorkRequest request)
    {
        var fault = operation.Reason switch
        {
            AbortReason.None => FaultClassifier.Classify(exception, FaultPhase.Execute, Kind(request)),
            AbortReason.AttemptTimeout => new Fault(FaultKind.Timeout, FaultEffect.Unknown, EndpointEffect.Check, Repeat.Yes, "The attempt's time was over"),
            AbortReason.EndpointDown => new Fault(FaultKind.ConnectionLost, FaultEffect.Unknown, EndpointEffect.None, Repeat.Yes, "The server is gone"),
            _ => new Fault(FaultKind.Application, FaultEffect.Unknown, EndpointEffect.None, Repeat.Never, "Given up by the caller"),
        };
        if (fault.IsDoubt)
        {
            cluster.Monitor.Doubt(session.Pool.Endpoint, session.Pool.Generation, fault.IsEvidence, exception.Message);
        }

        var isUndone = fault.Effect == FaultEffect.NotApplied
            && (request.IsAtomic || await WasNeverWritableAsync(fault, session.Connection).ConfigureAwait(false));
        return new AttemptFailure(exception, fault, operation.Reason, isUndone, IsUnwound: operation.LeftBehind is null);
    }

    /// <summary>
    /// A refusal undoes one statement; what the work committed before it stays. But on a server in recovery it can't have
    /// committed anything, and recovery does not begin during a session.
    /// </summary>
    async Task<bool> WasNeverWritableAsync(Fault fault, NpgsqlConnection connection)
    {
        if (fault.Kind != FaultKind.ReadOnlyServer || connection.State != ConnectionState.Open)
        {
            return false;
        }

        using var limit = new CancellationTokenSource(cluster.Settings.Monitoring.ProbeTimeout, cluster.Clock.Time);
        return await cluster.Ports.Control.IsInRecoveryAsync(connection, limit.Token).ConfigureAwait(false);
    }

    bool MayRepeat(AttemptFailure failure, WorkRequest request, int attempt, TimeSpan deadline)
    {
        // Work that has not come back would run beside itself; only work that may be doubled is repeated then.
        var isAlone = failure.IsUnwound || request.Safety != OperationSafety.NonIdempotent;
        return isAlone
            && attempt <= cluster.Settings.MaxRetries
            && cluster.Clock.Now < deadline
            && cluster.Settings.Mode != RoutingMode.PassThrough
            && Repetition.Decide(failure.Fault, FaultPhase.Execute, Kind(request), request.Safety, failure.IsProvenUndone) switch
            {
                FaultRemedy.Repeat => true,
                FaultRemedy.RepeatOnce => attempt == 1,
                _ => false,
            };
    }

    static WorkKind Kind(WorkRequest request) => request.IsAtomic ? WorkKind.Statement : WorkKind.Delegate;

    /// <summary>
    /// Closing takes no time, unless the work left something behind to be drained, and for ever if the server has frozen meanwhile. Past a
    /// short while, and for a session that was aborted, it goes on in the background: the caller's answer does not depend on it.
    /// </summary>
    async ValueTask ReleaseAsync(NpgsqlConnection connection, InFlightOperation operation, bool keep)
    {
        if (operation.Reason != AbortReason.None)
        {
            var unwinding = operation.LeftBehind ?? Task.CompletedTask;
            Background.Run(async () =>
            {
                await unwinding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await cluster.Ports.Control.DiscardAsync(connection).ConfigureAwait(false);
            });
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
