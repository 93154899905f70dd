using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Commits;

namespace ResilientPostgres;

public sealed partial class ResilientDataSource
{
    /// <summary>
    /// Runs a transaction on the primary and commits it so that its outcome is known. The work runs again, whole, after a serialization failure, a
    /// deadlock, or whatever else proves that nothing of it came to be; so it must not leave anything behind outside the database. It must not commit or roll back: to
    /// roll back, throw.
    /// </summary>
    /// <typeparam name="T">What it returns; nothing that still needs the connection.</typeparam>
    /// <param name="work">The work.</param>
    /// <param name="options">How the transaction runs; the defaults if not given.</param>
    /// <param name="cancellationToken">Ends the call at once; if COMMIT has been sent, its outcome is unknown then.</param>
    /// <returns>What the work returned, and what is known of the commit.</returns>
    /// <exception cref="CommitOutcomeUnknownException">COMMIT was not answered, and nothing proves what became of it.</exception>
    /// <exception cref="NoSuitableEndpointException">There was no primary within the total timeout.</exception>
    /// <exception cref="CallFailedException">It came to nothing, as often as it was allowed to be tried.</exception>
    /// <exception cref="PostgresException">The server refused it.</exception>
    public Task<TransactionResult<T>> TransactAsync<T>(
        Func<ResilientTransaction, CancellationToken, Task<T>> work, TransactOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        options ??= TransactOptions.Default;
        if (options.MaxAttempts is < 1 or > 101)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxAttempts, "MaxAttempts must be between 1 and 101.");
        }

        _cluster.EnsureStarted();
        return _transactions.RunAsync(work, options, cancellationToken);
    }

    /// <inheritdoc cref="TransactAsync{T}"/>
    public async Task<CommitRecord> TransactAsync(
        Func<ResilientTransaction, CancellationToken, Task> work, TransactOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        var result = await TransactAsync<bool>(
            async (transaction, token) =>
            {
                await work(transaction, token).ConfigureAwait(false);
                return true;
            },
            options,
            cancellationToken).ConfigureAwait(false);
        return result.Commit;
    }

    /// <summary>
    /// After a failover that has lost acknowledged transactions (<see cref="CommitOptions.LedgerCapacity"/> switches the remembering on): which. Raised on a background thread.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not switched on.</exception>
    public event EventHandler<WritesLostEventArgs>? WritesLost
    {
        add
        {
            var watch = _cluster.LedgerWatch
                ?? throw new InvalidOperationException("Commits:LedgerCapacity is 0, so nothing is remembered that could be lost. Set it to how many transactions are to be remembered.");
            watch.WritesLost += value;
        }

        remove
        {
            if (_cluster.LedgerWatch is { } watch)
            {
                watch.WritesLost -= value;
            }
        }
    }

    /// <summary>The safe commit of a transaction that its user holds.</summary>
    internal async Task<CommitRecord> CommitAsync(HeldSession held, TransactionCapture capture, CancellationToken caller)
    {
        var began = _cluster.Clock.Now;
        var committed = await _transactions.Committer.CommitAsync(held, capture, began + _cluster.Settings.TotalTimeout, caller).ConfigureAwait(false);
        if (committed.Failure is { } failure)
        {
            var attempt = new FailedAttempt(
                held.Endpoint, failure.Phase, failure.Fault.Kind, failure.Fault.Effect, failure.Fault.Reason, failure.Exception, _cluster.Clock.Now - began);
            FinalFailure.Throw(
                failure, [attempt], OperationSafety.NonIdempotent, null, () => _router.Explain(_router.Request(ReadPreference.Primary, isRead: false)), caller);
        }

        return committed.Result;
    }
}
