using Npgsql;
using ResilientPostgres.Commits;
using ResilientPostgres.Faults;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Sessions;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Calls;

/// <summary>
/// The session under an open <see cref="ResilientConnection"/>. It stands in the list of operations for as long as it is held, so that it is cut off
/// when another primary stands; each statement on it has a deadline, and its failure is understood.
/// </summary>
sealed class HeldSession
{
    /// <summary>Npgsql asks a server to cancel at Command Timeout; only one that does not react to that either is given up.</summary>
    static readonly TimeSpan _afterTimeout = TimeSpan.FromSeconds(1);

    static readonly TimeSpan _closingTime = TimeSpan.FromMilliseconds(500);

    readonly Cluster _cluster;
    readonly Session _session;
    readonly InFlightOperation? _hold;
    readonly CancellationToken? _attempt;
    bool _isGivenUp;
    PreparationEffect _preparation;

    /// <param name="cluster">What calls share.</param>
    /// <param name="session">The session.</param>
    /// <param name="attempt">The token of the attempt that runs on it, if one does.</param>
    public HeldSession(Cluster cluster, Session session, CancellationToken? attempt = null)
    {
        _cluster = cluster;
        _session = session;
        _attempt = attempt;
        _hold = attempt is null ? Operation(TimeSpan.MaxValue, CancellationToken.None, isDeaf: true) : null; // An attempt is watched already.
    }

    public Session Session => _session;

    public NpgsqlConnection Connection => _session.Connection;

    public Endpoint Endpoint => _session.Pool.Endpoint;

    bool WasCut => _hold is { WasCut: true };

    /// <summary>Its work has been left to itself; nobody may use it any more.</summary>
    public bool IsGivenUp => _isGivenUp;

    public T Execute<T>(NpgsqlCommand command, StatementVerdict statement, TransactionCapture? transaction, Func<NpgsqlCommand, T> execute)
    {
        SetDeadline(Deadline(command.CommandTimeout));
        try
        {
            if (IsForgotten(statement))
            {
                Connection.UnprepareAll();
            }

            return Succeeded(Execute(command, execute, statement, transaction));
        }
        catch (Exception e)
        {
            Throw(e, AbortReason.None, statement, transaction, CancellationToken.None);
            throw;
        }
        finally
        {
            SetDeadline(TimeSpan.MaxValue);
            LeaveTrail();
        }
    }

    T Execute<T>(NpgsqlCommand command, Func<NpgsqlCommand, T> execute, StatementVerdict statement, TransactionCapture? transaction)
    {
        try
        {
            return execute(command);
        }
        catch (PostgresException stale) when (IsWorthAgain(stale, statement, transaction))
        {
            try
            {
                return execute(command);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InFailedSqlTransaction)
            {
                throw stale;
            }
        }
    }

    /// <summary>
    /// The driver has dropped the prepared statement whose table has changed, and nothing of it was done. In a transaction that nobody has told us of, the second
    /// attempt says that the first has failed it; then that was the error.
    /// </summary>
    static bool IsWorthAgain(PostgresException e, StatementVerdict statement, TransactionCapture? transaction) => transaction is null
        && statement is { IsSingle: true, IsAtomic: true }
        && e.SqlState == PostgresErrorCodes.FeatureNotSupported
        && StalePreparation.Is(FaultClassifier.Classify(e, FaultPhase.Execute, WorkKind.Statement), e);

    void SetDeadline(TimeSpan deadline)
    {
        if (_hold is not null)
        {
            _hold.Deadline = deadline;
        }
    }

    public Task<T> ExecuteAsync<T>(
        StatementVerdict statement, int timeout, TransactionCapture? transaction, Func<CancellationToken, Task<T>> execute, CancellationToken caller)
    {
        var run = IsForgotten(statement) ? WithoutPrepared(execute) : execute;
        transaction?.IsPrepared |= statement.Use is { IsChosen: true } && _session.Pool.Prepares;
        return _attempt is { } attempt && (caller == attempt || !caller.CanBeCanceled)
            ? ExecuteWithinAttemptAsync(attempt, transaction, run)
            : ExecuteWatchedAsync(statement, timeout, transaction, run, caller);
    }

    /// <summary>Whether an earlier statement threw away what the driver believes to be prepared; and takes note of what this one does.</summary>
    bool IsForgotten(StatementVerdict statement)
    {
        var isForgotten = _preparation == PreparationEffect.Forgets;
        _preparation = statement.Prepared == PreparationEffect.None && !isForgotten ? _preparation : statement.Prepared;
        return isForgotten;
    }

    Func<CancellationToken, Task<T>> WithoutPrepared<T>(Func<CancellationToken, Task<T>> execute) => async token =>
    {
        await Task.Run(Connection.UnprepareAll, token).ConfigureAwait(false); // The driver has no other.
        return await execute(token).ConfigureAwait(false);
    };

    async Task<T> ExecuteWatchedAsync<T>(
        StatementVerdict statement,
        int timeout,
        TransactionCapture? transaction,
        Func<CancellationToken, Task<T>> execute,
        CancellationToken caller,
        PostgresException? stale = null)
    {
        var operation = Operation(Deadline(timeout), caller, isDeaf: false);
        try
        {
            return Succeeded(await operation.RaceAsync(execute(operation.Token)).ConfigureAwait(false));
        }
        catch (PostgresException e) when (stale is null && IsWorthAgain(e, statement, transaction))
        {
            stale = e;
        }
        catch (PostgresException e) when (stale is not null && e.SqlState == PostgresErrorCodes.InFailedSqlTransaction)
        {
            throw stale;
        }
        catch (Exception e)
        {
            if (operation.LeftBehind is { } unwinding)
            {
                _isGivenUp = true;
                _hold?.Dispose();
                _cluster.Reaper.Take(Connection, unwinding, operation.WasCut);
            }

            Throw(e, operation.Reason, statement, transaction, caller);
            throw;
        }
        finally
        {
            operation.Dispose();
            LeaveTrail();
        }

        return await ExecuteWatchedAsync(statement, timeout, transaction, execute, caller, stale).ConfigureAwait(false);
    }

    void LeaveTrail() => _cluster.Freshness.LeaveTrail(Endpoint, _session.Pool.Generation);

    /// <summary>Failures alone would open the endpoint's breaker however many statements succeed, and nothing would close it.</summary>
    T Succeeded<T>(T result)
    {
        _cluster.Circuits.Succeeded(_session.Pool);
        return result;
    }

    /// <summary>The attempt around it watches already: its deadline, its caller's token, its server.</summary>
    async Task<T> ExecuteWithinAttemptAsync<T>(CancellationToken attempt, TransactionCapture? transaction, Func<CancellationToken, Task<T>> execute)
    {
        try
        {
            return await execute(attempt).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (transaction is not null)
            {
                transaction.HasFailed = true;
                transaction.FirstError ??= e as PostgresException;
            }

            throw;
        }
        finally
        {
            LeaveTrail();
        }
    }

    /// <summary>Ends the holding; somebody else closes the session.</summary>
    public void Forget()
    {
        LeaveTrail();
        _isGivenUp = true;
        _hold?.Dispose();
    }

    /// <summary>Ends the holding. An open transaction is rolled back by that, for which a hung server is not waited for long.</summary>
    public async Task ReleaseAsync()
    {
        LeaveTrail();
        _hold?.Dispose();
        if (!_isGivenUp)
        {
            var closing = WasCut ? _cluster.Ports.Control.DiscardAsync(Connection) : _preparation == PreparationEffect.None ? Connection.DisposeAsync().AsTask() : CloseUnpreparedAsync();
            if (await TimeLimit.WithinAsync(closing, _closingTime, _cluster.Clock, CancellationToken.None).ConfigureAwait(false))
            {
                await closing.ConfigureAwait(false);
            }
            else
            {
                _cluster.Reaper.Take(Connection, closing, WasCut);
            }
        }
    }

    /// <summary>The driver's reset spares what is prepared; what its user prepared, or threw away, must not meet the session's next user.</summary>
    async Task CloseUnpreparedAsync()
    {
        try
        {
            await Task.Run(Connection.UnprepareAll).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // In the middle of something, or of a failed transaction: then it does not go back at all.
            _cluster.Ports.Control.TryAbort(Connection);
            await _cluster.Ports.Control.DiscardAsync(Connection).ConfigureAwait(false);
        }

        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends something on the session whose end nobody waits for long; past that the session is given up.</summary>
    public async Task EndAsync(Func<ValueTask> end)
    {
        var ending = end().AsTask();
        if (await TimeLimit.WithinAsync(ending, _closingTime, _cluster.Clock, CancellationToken.None).ConfigureAwait(false))
        {
            await ending.ConfigureAwait(false);
            return;
        }

        Forget();
        _cluster.Reaper.Take(Connection, ending, _cluster.Ports.Control.TryAbort(Connection));
    }

    /// <summary>As <see cref="ReleaseAsync"/>, for the synchronous members.</summary>
    public void Release()
    {
        LeaveTrail();
        _hold?.Dispose();
        if (WasCut && !_isGivenUp)
        {
            Blocking.Wait(() => _cluster.Ports.Control.DiscardAsync(Connection));
        }
        else if (!_isGivenUp && _preparation != PreparationEffect.None)
        {
            Blocking.Wait(CloseUnpreparedAsync);
        }
        else if (!_isGivenUp)
        {
            Connection.Close();
        }
    }

    /// <summary>Throws what says more than the driver's own exception, if anything does.</summary>
    void Throw(Exception exception, AbortReason reason, StatementVerdict statement, TransactionCapture? transaction, CancellationToken caller)
    {
        if (transaction is not null)
        {
            transaction.HasFailed = true;
            transaction.FirstError ??= exception as PostgresException;
        }

        var kind = transaction is not null ? WorkKind.Transaction : statement.IsAtomic ? WorkKind.Statement : WorkKind.Delegate;
        var fault = AbortedFault.Of(exception, _hold is null or { Reason: AbortReason.None } ? reason : _hold.Reason, kind, Connection.State == System.Data.ConnectionState.Open, LimitText.OfCommand(TimeSpan.Zero, Connection));
        if (fault.IsDoubt)
        {
            _cluster.Monitor.Doubt(Endpoint, _session.Pool.Generation, fault.IsEvidence, exception.Message);
        }

        _cluster.Circuits.Failed(_session.Pool, fault, exception);
        _preparation = StalePreparation.IsMissing(exception) ? PreparationEffect.Forgets : _preparation;
        var isUnknown = fault.Effect == FaultEffect.Unknown && !statement.WritesNothing;
        if (isUnknown && transaction is null)
        {
            _cluster.Freshness.Wrote();
        }

        if (reason == AbortReason.CallerCancelled)
        {
            throw new CallCanceledException(isUnknown ? FaultEffect.Unknown : FaultEffect.NotApplied, Endpoint, exception, caller);
        }

        if (isUnknown && (fault.Kind != FaultKind.Application || reason == AbortReason.Disposed))
        {
            var attempt = new FailedAttempt(Endpoint, FaultPhase.Execute, fault.Kind, fault.Effect, fault.Reason, exception, TimeSpan.Zero);
            throw new OutcomeUnknownException(Endpoint, exception, FaultPhase.Execute, [attempt]);
        }

        if (exception is TimeoutException)
        {
            throw new CallFailedException($"The statement on {Endpoint.Name} was given up: {fault.Reason}.", exception, FaultPhase.Execute, Endpoint, []);
        }
    }

    TimeSpan Deadline(int seconds) => seconds == 0
        ? TimeSpan.MaxValue
        : _cluster.Clock.Now + TimeSpan.FromSeconds(seconds) + _afterTimeout;

    InFlightOperation Operation(TimeSpan deadline, CancellationToken caller, bool isDeaf)
    {
        var operation = new InFlightOperation(
            _session.Pool.InFlight, OperationSafety.NonIdempotent, deadline, _cluster.Ports.Control, _cluster.Clock, caller) { IsDeaf = isDeaf };
        operation.Attach(Connection);
        return operation;
    }
}
