using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Npgsql;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>What the caller gets when an attempt was the last: the server's own exception where it answered, ours where more must be said.</summary>
static class FinalFailure
{
    /// <param name="last">The last attempt.</param>
    /// <param name="attempts">All of them.</param>
    /// <param name="safety">What the work was said to be.</param>
    /// <param name="unknownOn">Where an earlier attempt of a write may have been applied.</param>
    /// <param name="decision">How the endpoints stand now.</param>
    /// <param name="caller">The caller's token.</param>
    public static void Throw(
        AttemptFailure last, ImmutableArray<FailedAttempt> attempts, OperationSafety safety, Endpoint? unknownOn, Func<RoutingDecision> decision, CancellationToken caller)
    {
        var endpoint = last.Pool?.Endpoint;
        var isUnknown = safety != OperationSafety.ReadOnly && last.Fault.Effect == FaultEffect.Unknown;
        if (last.Aborted == AbortReason.CallerCancelled || (caller.IsCancellationRequested && last.Exception is OperationCanceledException))
        {
            var effect = isUnknown || unknownOn is not null ? FaultEffect.Unknown : FaultEffect.NotApplied;
            throw new CallCanceledException(effect, isUnknown ? endpoint : unknownOn ?? endpoint, last.Exception, caller);
        }

        // Also when the data source was disposed meanwhile: a write that was sent may have been applied.
        Disposed.ThrowIf(last.Aborted == AbortReason.Disposed && !isUnknown);
        if (last.Fault.Kind == FaultKind.Application && last.Aborted != AbortReason.Disposed)
        {
            ExceptionDispatchInfo.Throw(last.Exception);
        }

        if (isUnknown && last is { Evidence: { } evidence })
        {
            throw new CommitOutcomeUnknownException(endpoint, last.Exception, attempts, evidence, last.ResolveAgain) { Decision = decision() };
        }

        // What the server says about a repetition says nothing about an attempt before it whose outcome nobody knows.
        if (isUnknown || (unknownOn is not null && last.Exception is not PostgresException))
        {
            throw new OutcomeUnknownException(isUnknown ? endpoint : unknownOn, last.Exception, last.Phase, attempts) { Decision = decision() };
        }

        switch (last.Exception)
        {
            case NoSuitableEndpointException none when attempts.Length > 1:
                throw new NoSuitableEndpointException(none, attempts);
            case NoSuitableEndpointException or PostgresException or ArgumentException or ObjectDisposedException:
                ExceptionDispatchInfo.Throw(last.Exception);
                break;
            default:
                throw new CallFailedException(Describe(last), last.Exception, last.Phase, endpoint, attempts) { Decision = decision() };
        }
    }

    static string Describe(AttemptFailure last)
    {
        var name = last.Pool?.Endpoint.Name ?? "no endpoint";
        var what = last.Aborted switch
        {
            AbortReason.EndpointDown => $"The call on {name} was given up: the server is gone.",
            AbortReason.AttemptTimeout => $"The call on {name} was given up: {last.Fault.Reason}.",
            _ when LimitText.IsDue(last.Fault, last.Exception) => $"The call on {name} failed ({last.Fault.Kind} during {last.Phase}): {last.Fault.Reason}.",
            _ => $"The call on {name} failed ({last.Fault.Kind} during {last.Phase}): {last.Exception.Message}",
        };

        // Of a COMMIT whose outcome is not known nobody comes here.
        return last.Phase == FaultPhase.Commit ? $"{what} The transaction was not committed{(last.Evidence is { } proof ? $" ({proof.Reason})" : "")}: running it again is safe." : what;
    }
}
