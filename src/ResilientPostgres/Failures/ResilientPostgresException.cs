using System.Collections.Immutable;
using Npgsql;

namespace ResilientPostgres;

/// <summary>
/// A call that failed for a reason the server itself did not give; what the server refuses passes through as the
/// <see cref="PostgresException"/> it is. Tells where, how far the call had come, and what may have happened to the data.
/// </summary>
public abstract class ResilientPostgresException : NpgsqlException
{
    private protected ResilientPostgresException(
        string message, Exception? inner, FaultPhase phase, FaultEffect effect, Endpoint? endpoint, ImmutableArray<FailedAttempt> attempts)
        : base(attempts.Length > 1 ? $"{message} Attempts: {string.Join("; ", attempts)}." : message, inner)
    {
        Phase = phase;
        Effect = effect;
        Endpoint = endpoint;
        Attempts = attempts;
    }

    /// <summary>How far the last attempt had come.</summary>
    public FaultPhase Phase { get; }

    /// <summary>What the call as a whole did to the data, as far as it is known.</summary>
    public FaultEffect Effect { get; }

    /// <summary>Where it failed; <see langword="null"/> if no endpoint was found.</summary>
    public Endpoint? Endpoint { get; }

    /// <summary>Every attempt with its cause, in order.</summary>
    public ImmutableArray<FailedAttempt> Attempts { get; }

    /// <summary>How the endpoints stood when the call failed, and why each would or would not do.</summary>
    public RoutingDecision? Decision { get; init; }
}
