using ResilientPostgres.Calls;
using ResilientPostgres.Commits;
using ResilientPostgres.Faults;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Client;

/// <summary>Runs a transaction, commits it safely, and runs it again, whole, where it provably came to nothing.</summary>
sealed class TransactionRunner(ResilientDataSource dataSource, Cluster cluster, Router router, UnitOfWork unitOfWork)
{
    readonly Committer _committer = new(cluster, router);

    public Committer Committer => _committer;

    public Task<TransactionResult<T>> RunAsync<T>(
        Func<ResilientTransaction, CancellationToken, Task<T>> work, TransactOptions options, CancellationToken caller)
    {
        var request = new WorkRequest(
            router.Request(ReadPreference.Primary, isRead: options.IsReadOnly), OperationSafety.NonIdempotent, WorkKind.Transaction, KeepsSession: true);
        return unitOfWork.RunAsync(request, (r, deadline) => AttemptAsync(work, options, r, deadline, caller), options.MaxAttempts, caller);
    }

    async Task<Attempt<TransactionResult<T>>> AttemptAsync<T>(
        Func<ResilientTransaction, CancellationToken, Task<T>> work, TransactOptions options, WorkRequest request, TimeSpan deadline, CancellationToken caller)
    {
        var ran = await unitOfWork.Attempts.RunAsync((session, token) => RunWorkAsync(session, work, options, token), request, deadline, caller).ConfigureAwait(false);
        if (ran.Failure is { } failure)
        {
            return failure;
        }

        var (value, held, capture) = ran.Result;
        var committed = await _committer.CommitAsync(held, capture, deadline, caller).ConfigureAwait(false);
        await held.ReleaseAsync().ConfigureAwait(false);
        if (committed.Failure is { } failed)
        {
            return failed;
        }

        return new Attempt<TransactionResult<T>>(new TransactionResult<T>(value, committed.Result));
    }

    async Task<(T Value, HeldSession Held, TransactionCapture Capture)> RunWorkAsync<T>(
        Session session, Func<ResilientTransaction, CancellationToken, Task<T>> work, TransactOptions options, CancellationToken token)
    {
        var held = new HeldSession(cluster, session, token);
        try
        {
            var isWanted = !options.IsReadOnly && await cluster.CommitCapability.CanProveAsync(session, token).ConfigureAwait(false);
            var capture = new TransactionCapture(isWanted, cluster.Ports.Commits.CharacterText(options.IsReadOnly, options.IsDeferrable)) { Tag = options.Tag };
            var connection = new SeenByDapper.NpgsqlConnection(dataSource, held);
            GC.SuppressFinalize(connection); // It holds nothing of its own, and nobody disposes it.
            var transaction = await connection.BeginManagedAsync(options.IsolationLevel, capture, token).ConfigureAwait(false);
            return (await work(transaction, token).ConfigureAwait(false), held, capture);
        }
        catch
        {
            held.Forget();
            throw;
        }
    }
}
