using ResilientPostgres.Faults;
using ResilientPostgres.Resilience;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>The first attempt of a read, with a second one beside it on another endpoint if it takes long.</summary>
sealed class HedgedRead<T>(AttemptRunner attempts, Func<Session, CancellationToken, Task<T>> work, WorkRequest request, TimeSpan deadline)
{
    Endpoint? _first;

    public async Task<Attempt<T>> RunAsync(Cluster cluster, CancellationToken caller)
    {
        try
        {
            var settings = cluster.Settings.Hedging;
            var outcome = await cluster.Hedging.RunAsync(static (read, token) => read.AttemptAsync(token), this, settings, caller).ConfigureAwait(false);
            return ((Outcome)outcome).Attempt;
        }
        catch (OperationCanceledException e) when (caller.IsCancellationRequested)
        {
            var fault = new Fault(FaultKind.Application, FaultEffect.NotApplied, EndpointEffect.None, Repeat.Never, "cancelled by the caller");
            return new AttemptFailure(e, fault, FaultPhase.Execute, null, AbortReason.CallerCancelled);
        }
    }

    async ValueTask<IHedgedAttempt> AttemptAsync(CancellationToken token)
    {
        var mine = _first is null ? request : request with { Routing = request.Routing with { Avoid = _first } };
        return new Outcome(await attempts.RunAsync(NoteEndpoint, mine, deadline, token).ConfigureAwait(false));
    }

    /// <summary>Where the first one runs is known once it has a session; before that the second may go anywhere.</summary>
    Task<T> NoteEndpoint(Session session, CancellationToken token)
    {
        _first ??= session.Pool.Endpoint;
        return work(session, token);
    }

    sealed record Outcome(Attempt<T> Attempt) : IHedgedAttempt
    {
        public bool IsRepeatable => Attempt.Failure is { Fault.Repeat: not Repeat.Never };
    }
}
