using System.Collections.Immutable;

namespace ResilientPostgres;

/// <summary>
/// COMMIT was sent and not answered, and what could be found out proves neither that the transaction was committed nor that it was not. Never
/// transient. <see cref="ResolveAsync"/> asks again, which may tell more once the cluster is whole.
/// </summary>
public sealed class CommitOutcomeUnknownException : OutcomeUnknownException
{
    readonly Func<TimeSpan, CancellationToken, Task<CommitEvidence>>? _resolve;

    internal CommitOutcomeUnknownException(
        Endpoint? endpoint,
        Exception cause,
        ImmutableArray<FailedAttempt> attempts,
        CommitEvidence evidence,
        Func<TimeSpan, CancellationToken, Task<CommitEvidence>>? resolve)
        : base(
            $"The COMMIT of a transaction on {endpoint?.Name} was not answered, and its outcome is not known: {evidence.Reason}. Look for its effect before doing it again. Cause: {Why(cause, attempts)}",
            endpoint,
            cause,
            FaultPhase.Commit,
            attempts)
    {
        Evidence = evidence;
        _resolve = resolve;
    }

    /// <summary>What is known.</summary>
    public CommitEvidence Evidence { get; }

    /// <summary>Asks again.</summary>
    /// <param name="patience">How long to wait for a writer that can tell.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>What is known then.</returns>
    public Task<CommitEvidence> ResolveAsync(TimeSpan patience, CancellationToken cancellationToken = default) =>
        _resolve is null ? Task.FromResult(Evidence) : _resolve(patience, cancellationToken);
}
