using System.Collections.Concurrent;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>Whether the outcome of a transaction can be proven on a server: asked once for each generation of an endpoint.</summary>
sealed class CommitCapability(Cluster cluster)
{
    readonly ConcurrentDictionary<Endpoint, (int Generation, bool CanProve)> _known = new();

    public ValueTask<bool> CanProveAsync(Session session, CancellationToken cancellationToken) =>
        !cluster.Settings.Commits.Capture ? new ValueTask<bool>(false)
        : _known.TryGetValue(session.Pool.Endpoint, out var known) && known.Generation == session.Pool.Generation ? new ValueTask<bool>(known.CanProve)
        : AskAsync(session, cancellationToken);

    async ValueTask<bool> AskAsync(Session session, CancellationToken cancellationToken)
    {
        var missing = await cluster.Ports.Commits.FindMissingAsync(session.Connection, cancellationToken).ConfigureAwait(false);
        if (missing is not null)
        {
            cluster.Logger.ProofUnavailable(session.Pool.Endpoint.Name, missing);
        }

        _known[session.Pool.Endpoint] = (session.Pool.Generation, missing is null);
        return missing is null;
    }
}
