using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Resilience;

namespace ResilientPostgres.EntityFrameworkCore.Retries;

/// <summary>
/// Whether a failed attempt may be run again. Pure; it asks what provably happened. A connection of ours tells a lost answer to a write outside of a transaction by an exception of its own, so the
/// driver's exceptions that come through are those of reads, of statements the server refused, and of transactions whose COMMIT was not sent.
/// </summary>
static class OutcomeRule
{
    public static Outcome Judge(Exception exception, AttemptTrace trace)
    {
        var cause = ExceptionShell.Unwrap(exception);
        var alone = Alone(cause, trace.IsSessionAlive);
        if (trace.HasUnknown || alone.IsUnknown)
        {
            return Outcome.Unknown;
        }

        // The refusal of one statement undoes neither what was committed before it nor the rest of a transaction around it.
        return trace.HasApplied || trace.IsWithinTransaction ? Outcome.Final(alone.Kind) : alone;
    }

    /// <summary>Whether the user's own check, which found nothing, may be relied on: not while the transaction is still open somewhere.</summary>
    public static bool IsRefutable(Exception exception, AttemptTrace trace) =>
        !trace.HasApplied
        && !trace.IsWithinTransaction
        && ExceptionShell.Unwrap(exception) is not CommitOutcomeUnknownException { Evidence.Status: TransactionStatus.InProgress };

    /// <summary>What a failed command or commit says of itself: whether it may have been applied.</summary>
    public static bool MayHaveBeenApplied(Exception exception) => ExceptionShell.Unwrap(exception) switch
    {
        ResilientPostgresException ours => ours.Effect != FaultEffect.NotApplied,
        CallCanceledException cancelled => cancelled.Effect != FaultEffect.NotApplied,
        PostgresException server => server.InvariantSeverity != "ERROR",
        _ => true,
    };

    static Outcome Alone(Exception cause, bool isSessionAlive) => cause switch
    {
        CallCanceledException { Effect: not FaultEffect.NotApplied } => Outcome.Unknown,
        ResilientPostgresException { Effect: not FaultEffect.NotApplied } => Outcome.Unknown,
        ResilientPostgresException ours => Ours(ours),
        NpgsqlException driver => Driver(driver, isSessionAlive),
        _ => Outcome.Final(FaultKind.Application),
    };

    /// <summary>
    /// Opening has been repeated, and a primary waited for, by the data source itself: as often and as long as was allowed. A statement that took longer than it may would take as long again.
    /// </summary>
    static Outcome Ours(ResilientPostgresException ours)
    {
        var kind = ours.Attempts.IsDefaultOrEmpty ? FaultKind.ConnectionLost : ours.Attempts[^1].Kind;
        return ours.IsTransient && (ours.Phase == FaultPhase.Commit || (ours.Phase == FaultPhase.Execute && kind != FaultKind.Timeout))
            ? new Outcome(IsUnknown: false, IsRepeatable: true, IsOnce: false, kind)
            : Outcome.Final(kind);
    }

    static Outcome Driver(NpgsqlException driver, bool isSessionAlive)
    {
        var fault = FaultClassifier.Classify(driver, FaultPhase.Execute, WorkKind.Transaction, isSessionAlive);
        return Repetition.Decide(fault, FaultPhase.Execute, WorkKind.Transaction, OperationSafety.NonIdempotent) switch
        {
            FaultRemedy.Repeat => new Outcome(IsUnknown: false, IsRepeatable: true, IsOnce: false, fault.Kind),
            FaultRemedy.RepeatOnce => new Outcome(IsUnknown: false, IsRepeatable: true, IsOnce: true, fault.Kind),
            _ => Outcome.Final(fault.Kind),
        };
    }
}
