using System.Collections.Immutable;
using Npgsql;

namespace ResilientPostgres;

/// <summary>
/// A write was sent, no final answer came, and nothing says whether it was applied. Never transient: a blind repetition could do it twice.
/// Look for its effect before doing it again, or declare the work <see cref="OperationSafety.Idempotent"/> if it is.
/// </summary>
public class OutcomeUnknownException : ResilientPostgresException
{
    internal OutcomeUnknownException(Endpoint? endpoint, Exception cause, FaultPhase phase, ImmutableArray<FailedAttempt> attempts)
        : base(
            $"A write to {endpoint?.Name} was sent and no final answer came; it may or may not have been applied. Check for its effect before repeating it. Cause: {Why(cause, attempts)}",
            cause,
            phase,
            FaultEffect.Unknown,
            endpoint,
            attempts)
    {
    }

    private protected OutcomeUnknownException(string message, Endpoint? endpoint, Exception cause, FaultPhase phase, ImmutableArray<FailedAttempt> attempts)
        : base(message, cause, phase, FaultEffect.Unknown, endpoint, attempts)
    {
    }

    /// <summary>The driver says of a time-out only that it was reading.</summary>
    private protected static string Why(Exception cause, ImmutableArray<FailedAttempt> attempts) =>
        attempts is [.., { Kind: FaultKind.Timeout, Exception: not PostgresException } last] && ReferenceEquals(last.Exception, cause) ? last.Reason : cause.Message;

    /// <summary>Always <see langword="false"/>.</summary>
    public override bool IsTransient => false;
}
