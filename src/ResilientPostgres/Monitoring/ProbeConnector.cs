using System.Security.Authentication;
using ResilientPostgres.Faults;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Monitoring;

/// <summary>Opens fresh monitor connections within a time limit, and cleans up after those that took too long.</summary>
sealed class ProbeConnector(IEndpointProbe probe, Endpoint endpoint, MonotonicClock clock)
{
    /// <summary>One of the two: a connection and the answer it gave, or why there is none.</summary>
    public async Task<(FreshProbe? Fresh, Observation.ProbeFailed? Failure)> TryAsync(TimeSpan limit, CancellationToken stop)
    {
        var began = clock.Now;
        var fresh = ConnectAsync(stop);
        if (!await TimeLimit.WithinAsync(fresh, limit, clock, stop).ConfigureAwait(false))
        {
            Abandon(fresh);
            return (null, new Observation.ProbeFailed(endpoint, began, ProbeFailure.Unreachable, $"no answer to a new connection within {limit.TotalMilliseconds:F0} ms (for servers far away raise Monitoring:ProbeTimeout and ProbeInterval)"));
        }

        try
        {
            return (await fresh.ConfigureAwait(false), null);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            var failure = FaultClassifier.Classify(e, FaultPhase.Open, WorkKind.Statement).Kind switch
            {
                FaultKind.StartingUp => ProbeFailure.StartingUp,
                FaultKind.Misconfigured => ProbeFailure.Misconfigured,
                _ => ProbeFailure.Unreachable,
            };
            return (null, new Observation.ProbeFailed(endpoint, began, failure, Explain(e)));
        }
    }

    /// <summary>Npgsql only says that TLS failed; why, and what name was looked for, is what has to be put right.</summary>
    string Explain(Exception e) =>
        e.InnerException is AuthenticationException refused ? $"its certificate is not accepted for '{endpoint.Host}': {refused.Message}" : e.Message;

    async Task<FreshProbe> ConnectAsync(CancellationToken stop)
    {
        var session = await probe.ConnectAsync(endpoint, stop).ConfigureAwait(false);
        try
        {
            var sentAt = clock.Now;
            var facts = await session.ProbeAsync().ConfigureAwait(false);
            return new FreshProbe(session, facts, sentAt, clock.Now);
        }
        catch
        {
            Discard(session);
            throw;
        }
    }

    /// <summary>Ends a session beside the loop: a hung server would hold us up.</summary>
    public static void Discard(IProbeSession session) => Background.Run(async () =>
    {
        session.Abort();
        await session.DisposeAsync().ConfigureAwait(false);
    });

    /// <summary>A connect that comes through after all is ended at once.</summary>
    static void Abandon(Task<FreshProbe> fresh) => Background.Await(fresh, static late =>
    {
        Discard(late.Session);
        return Task.CompletedTask;
    });
}
