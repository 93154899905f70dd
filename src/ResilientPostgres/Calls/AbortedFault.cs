using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>What a failure means when we may have caused it ourselves by ending the attempt.</summary>
static class AbortedFault
{
    /// <param name="exception">What was thrown.</param>
    /// <param name="reason">Why we ended it, if we did.</param>
    /// <param name="kind">What it consisted of.</param>
    /// <param name="isSessionAlive">The session is still open behind it.</param>
    /// <param name="limit">If its time was over: which limit that was.</param>
    public static Fault Of(Exception exception, AbortReason reason, WorkKind kind, bool isSessionAlive, string limit) => reason switch
    {
        AbortReason.None => FaultClassifier.Classify(exception, FaultPhase.Execute, kind, isSessionAlive) is var fault && LimitText.IsDue(fault, exception) ? fault with { Reason = limit } : fault,

        // Whatever made it slow, the server should be looked at.
        AbortReason.AttemptTimeout => new Fault(FaultKind.Timeout, Effect(exception, kind), EndpointEffect.Check, Repeat.Yes, limit),

        // The topology knows already.
        AbortReason.EndpointDown => new Fault(FaultKind.ConnectionLost, Effect(exception, kind), EndpointEffect.None, Repeat.Yes, "the server is gone"),
        AbortReason.CallerCancelled => new Fault(FaultKind.Application, Effect(exception, kind), EndpointEffect.None, Repeat.Never, "cancelled by the caller"),
        _ => new Fault(FaultKind.Application, Effect(exception, kind), EndpointEffect.None, Repeat.Never, "the data source was disposed"),
    };

    /// <summary>Once COMMIT was sent, why we stopped waiting for its answer says nothing about it; before that nothing came to be.</summary>
    public static Fault OfCommit(AbortReason reason, FaultPhase phase)
    {
        var effect = phase == FaultPhase.Commit ? FaultEffect.Unknown : FaultEffect.NotApplied;
        return reason switch
        {
            AbortReason.AttemptTimeout => new Fault(FaultKind.Timeout, effect, EndpointEffect.Check, Repeat.Never, "its time was over (TotalTimeout)"),
            AbortReason.EndpointDown => new Fault(FaultKind.ConnectionLost, effect, EndpointEffect.None, Repeat.Yes, "the server is gone"),
            _ => new Fault(FaultKind.Application, effect, EndpointEffect.None, Repeat.Never, "cancelled by the caller"),
        };
    }

    /// <summary>A transaction whose COMMIT was not sent is undone in any case; one statement is if the server said that it cancelled it.</summary>
    static FaultEffect Effect(Exception exception, WorkKind kind) => kind switch
    {
        WorkKind.Transaction => FaultEffect.NotApplied,
        WorkKind.Statement when ServersWord(exception) is { InvariantSeverity: "ERROR" } => FaultEffect.NotApplied,
        _ => FaultEffect.Unknown,
    };

    static PostgresException? ServersWord(Exception? exception)
    {
        while (exception is not (null or PostgresException))
        {
            exception = exception.InnerException;
        }

        return (PostgresException?)exception;
    }
}
