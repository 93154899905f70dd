using Npgsql;
using ResilientPostgres.Commits;
using ResilientPostgres.Faults;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>Commits one transaction so that its outcome is known: by the server's answer, by what is found out afterwards, or honestly not.</summary>
sealed class Committer(Cluster cluster, Router router)
{
    static readonly TimeSpan _flushedStaysNew = TimeSpan.FromMilliseconds(10);

    readonly CommitResolver _resolver = new(cluster, router);

    /// <param name="held">Where it runs; given up if it does not come back.</param>
    /// <param name="capture">What was noted of it.</param>
    /// <param name="deadline">When to stop finding out.</param>
    /// <param name="caller">The caller's token.</param>
    public Task<Attempt<CommitRecord>> CommitAsync(HeldSession held, TransactionCapture capture, TimeSpan deadline, CancellationToken caller) =>
        capture is { HasOnlyRead: true, MustAsk: false }
            ? CommitReadAsync(held, capture, deadline, caller)
            : CommitWrittenAsync(held, capture, deadline, caller);

    /// <summary>
    /// Nothing was written and nothing has failed: there is no outcome that could be lost, and nothing to be asked. Nor does the server need to be asked to stop
    /// what takes it no time, so that no token is made for it.
    /// </summary>
    async Task<Attempt<CommitRecord>> CommitReadAsync(HeldSession held, TransactionCapture capture, TimeSpan deadline, CancellationToken caller)
    {
        var session = held.Session;
        var operation = InFlightOperation.Rent(
            session.Pool.InFlight, OperationSafety.NonIdempotent, deadline, cluster.Ports.Control, cluster.Clock, caller);
        operation.IsDeaf = true;
        operation.Attach(session.Connection);
        try
        {
            using var command = new NpgsqlCommand("COMMIT", session.Connection);
            await operation.RaceAsync(command.ExecuteNonQueryAsync(CancellationToken.None)).ConfigureAwait(false);
            return new Attempt<CommitRecord>(new CommitRecord());
        }
        catch (Exception e)
        {
            var phase = e is NpgsqlOperationInProgressException or InvalidOperationException ? FaultPhase.Execute : FaultPhase.Commit;
            return await UnderstandAsync(e, phase, session, capture, operation, deadline, caller).ConfigureAwait(false);
        }
        finally
        {
            End(operation, held);
        }
    }

    void End(InFlightOperation operation, HeldSession held)
    {
        var (left, wasCut) = (operation.LeftBehind, operation.WasCut);
        operation.Return();
        if (left is not null || wasCut)
        {
            held.Forget();
            cluster.Reaper.Take(held.Session.Connection, left, wasCut);
        }
    }

    async Task<Attempt<CommitRecord>> CommitWrittenAsync(HeldSession held, TransactionCapture capture, TimeSpan deadline, CancellationToken caller)
    {
        var session = held.Session;
        using var notices = new DurabilityNotices(session.Connection);
        var operation = new InFlightOperation(
            session.Pool.InFlight, OperationSafety.NonIdempotent, deadline, cluster.Ports.Control, cluster.Clock, caller);
        operation.Attach(session.Connection);
        var wasSent = false;
        try
        {
            if (capture.MustAsk)
            {
                var note = cluster.CommitCapability.NoteFor(session, capture);
                capture.Proof = await operation.RaceAsync(note.CaptureAsync(session.Connection, capture, SystemIdentifier, operation.Token)).ConfigureAwait(false);
            }

            wasSent = true;
            var answer = await operation.RaceAsync(
                cluster.Ports.Commits.CommitAsync(session.Connection, capture.MayHaveFailed, AsksFlushed(capture), capture is { IsPrepared: true, IsRawUsed: false }, operation.Token)).ConfigureAwait(false);
            return new Attempt<CommitRecord>(Acknowledged(answer with { Xid = answer.Xid ?? capture.Proof?.Xid }, capture, notices.IsDegraded));
        }
        catch (Exception e)
        {
            // The driver itself refused, for the session is still busy with something else: nothing went out.
            wasSent &= e is not (NpgsqlOperationInProgressException or InvalidOperationException);
            var phase = wasSent ? FaultPhase.Commit : FaultPhase.Execute;
            return await UnderstandAsync(e, phase, session, capture, operation, deadline, caller).ConfigureAwait(false);
        }
        finally
        {
            End(operation, held);
        }
    }

    long SystemIdentifier => cluster.Store.Current.SystemIdentifier ?? 0;

    CommitRecord Acknowledged(in CommitAnswer answer, TransactionCapture capture, bool isDegraded)
    {
        if (capture.Proof is { } proof)
        {
            cluster.Ledger?.Note(new LedgerEntry(proof, answer.Written, capture.Tag));
            if (proof is CommitProof { } position && answer.Flushed is { } flushed)
            {
                cluster.Store.NoteFlushed(position.StartedAt, position.StatsReset, flushed, cluster.Clock.Now);
            }
            else if (proof is TokenProof token)
            {
                cluster.TokenPurge.Consider(token.Note.Table);
            }
        }

        if (capture.Proof is { Timeline: > 0 } known && answer is { Xid: not null, Written: { } written })
        {
            cluster.Freshness.Wrote(known.Timeline, written);
        }
        else
        {
            cluster.Freshness.Wrote();
        }

        if (capture.ChangesDefinitions)
        {
            cluster.Statements.ReadAgain();
        }

        if (isDegraded)
        {
            cluster.Logger.DurabilityDegraded(answer.Xid ?? 0);
        }

        return new CommitRecord
        {
            Xid = answer.Xid,
            SystemIdentifier = SystemIdentifier,
            Timeline = Known(capture.Proof?.Timeline),
            Lsn = answer.Xid is null ? null : answer.Written,
            IsDurabilityDegraded = isDegraded,
        };
    }

    /// <summary>What is on disk helps transactions that wait to be resolved. A position some milliseconds old does as well, and not asking is cheaper.</summary>
    bool AsksFlushed(TransactionCapture capture) => capture.Proof is CommitProof proof
        && !(cluster.Store.FlushedAt(proof.StartedAt, proof.StatsReset) + _flushedStaysNew > cluster.Clock.Now);

    static uint? Known(uint? timeline) => timeline is 0 ? null : timeline;

    async Task<Attempt<CommitRecord>> UnderstandAsync(
        Exception exception, FaultPhase phase, Session session, TransactionCapture capture, InFlightOperation operation, TimeSpan deadline, CancellationToken caller)
    {
        // 25P02 only says that something had failed before; that is the cause.
        var cause = exception is PostgresException { SqlState: PostgresErrorCodes.InFailedSqlTransaction } && capture.FirstError is { } first ? first : exception;
        var fault = operation.Reason == AbortReason.None
            ? FaultClassifier.Classify(cause, phase, WorkKind.Transaction)
            : AbortedFault.OfCommit(operation.Reason, phase);
        if (fault.IsDoubt)
        {
            cluster.Monitor.Doubt(session.Pool.Endpoint, session.Pool.Generation, fault.IsEvidence, exception.Message);
        }

        cluster.Circuits.Failed(session.Pool, fault, exception);
        var failure = new AttemptFailure(cause, fault, phase, session.Pool, operation.Reason, IsUnwound: operation.LeftBehind is null);
        return fault.Effect == FaultEffect.Unknown ? await ResolveAsync(failure, capture, deadline, caller).ConfigureAwait(false) : failure;
    }

    async Task<Attempt<CommitRecord>> ResolveAsync(AttemptFailure failure, TransactionCapture capture, TimeSpan deadline, CancellationToken caller)
    {
        if (capture.Proof is not { } proof)
        {
            return WithoutProof(failure, capture);
        }

        var evidence = await _resolver.ResolveAsync(proof, deadline, caller).ConfigureAwait(false);
        cluster.Freshness.Wrote();
        cluster.Logger.CommitResolved(evidence.Outcome, proof.Xid, evidence.Reason);
        cluster.Metrics.Resolved(evidence.Outcome);
        if (evidence.Outcome == CommitOutcome.Committed)
        {
            cluster.Ledger?.Note(new LedgerEntry(proof, WrittenBelow: null, capture.Tag));
        }

        return evidence.Outcome switch
        {
            CommitOutcome.Committed => new Attempt<CommitRecord>(Found(proof, evidence)),
            CommitOutcome.NotCommitted => failure with
            {
                Fault = failure.Fault with { Effect = FaultEffect.NotApplied, Repeat = Repeat.Yes, Reason = evidence.Reason },
                IsProvenUndone = true,
                Evidence = evidence,
            },
            _ => failure with { Evidence = evidence, ResolveAgain = (until, token) => _resolver.ResolveAsync(proof, cluster.Clock.Now + until, token) },
        };
    }

    /// <summary>
    /// Open when first asked, ended by us and yet committed: it was waiting for a synchronous standby, and no longer is.
    /// </summary>
    CommitRecord Found(ICommitProof proof, CommitEvidence evidence)
    {
        if (evidence.WasFenced)
        {
            cluster.Logger.DurabilityDegraded(proof.Xid);
        }

        return new CommitRecord { Xid = proof.Xid, Timeline = Known(proof.Timeline), Evidence = evidence, IsDurabilityDegraded = evidence.WasFenced };
    }

    /// <summary>A transaction that wrote nothing has no outcome that could be lost; of any other nothing can be found out.</summary>
    static Attempt<CommitRecord> WithoutProof(AttemptFailure failure, TransactionCapture capture)
    {
        return !capture.IsRawUsed && capture.IsReadOnlySoFar
            ? new Attempt<CommitRecord>(new CommitRecord())
            : failure with { Evidence = new CommitEvidence { Reason = "nothing was noted of the transaction while it ran" } };
    }
}
