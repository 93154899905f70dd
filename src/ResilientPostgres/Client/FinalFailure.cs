using System.Runtime.ExceptionServices;
using Npgsql;

namespace ResilientPostgres.Client;

/// <summary>What the caller gets when an attempt was the last: the server's own exception where it answered, ours where more must be said.</summary>
static class FinalFailure
{
    public static void Throw(AttemptFailure failure, Endpoint endpoint, OperationSafety safety, CancellationToken caller)
    {
        var (exception, fault, reason, _, _) = failure;
        if (reason == AbortReason.CallerCancelled)
        {
            throw safety == OperationSafety.ReadOnly
                ? new OperationCanceledException("The call was cancelled.", exception, caller)
                : Cancelled(endpoint, exception, caller);
        }

        ObjectDisposedException.ThrowIf(reason == AbortReason.Disposed, typeof(ResilientDataSource));
        if (safety != OperationSafety.ReadOnly && fault.Effect == FaultEffect.Unknown && fault.Kind != FaultKind.Application)
        {
            throw new OutcomeUnknownException(endpoint, exception);
        }

        if (reason != AbortReason.None)
        {
            var why = reason == AbortReason.EndpointDown ? "the server is gone" : "its time was over";
            throw new NpgsqlException($"The call on {endpoint.Name} was given up: {why}", exception);
        }

        ExceptionDispatchInfo.Throw(exception);
    }

    public static OperationCanceledException Cancelled(Endpoint endpoint, Exception cause, CancellationToken caller) =>
        new($"The call was cancelled while a write to {endpoint.Name} was under way; it may have been applied.", cause, caller);
}
