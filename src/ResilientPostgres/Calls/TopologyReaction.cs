using Microsoft.Extensions.Logging;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>
/// What a change of topology does to work in flight. Reads on a server that is gone run again elsewhere, so they are ended at
/// once; writes there may be merely slow, so they are ended only when another primary stands and theirs can count no more.
/// </summary>
sealed class TopologyReaction(ISessionPools pools, ILogger logger)
{
    public void React(TopologySnapshot snapshot)
    {
        foreach (var pool in pools.Live)
        {
            var endpoint = Find(snapshot, pool.Endpoint);
            if (endpoint is null)
            {
                continue; // It left the set: what runs there may end in peace.
            }

            pool.InFlight.IsServerInDoubt = endpoint.Generation != pool.Generation || endpoint.Status is not (EndpointStatus.Available or EndpointStatus.Draining);
            if (endpoint.Generation != pool.Generation)
            {
                Abort(pool, "its server is another one now", static _ => true);
            }
            else if (endpoint.Status is EndpointStatus.Unreachable or EndpointStatus.StartingUp or EndpointStatus.Fenced)
            {
                var isReplaced = snapshot.Primary is not null;
                Abort(pool, endpoint.ToString(), isReplaced ? static _ => true : static o => o.Safety == OperationSafety.ReadOnly);
            }
        }

        pools.Retire(snapshot);
    }

    void Abort(ISessionPool pool, string reason, Func<InFlightOperation, bool> match)
    {
        var count = pool.InFlight.Abort(match, AbortReason.EndpointDown);
        if (count > 0)
        {
            logger.OperationsAborted(count, pool.Endpoint.Name, reason);
        }
    }

    static EndpointSnapshot? Find(TopologySnapshot snapshot, Endpoint endpoint)
    {
        foreach (var candidate in snapshot.Endpoints)
        {
            if (candidate.Endpoint.Equals(endpoint))
            {
                return candidate;
            }
        }

        return null;
    }
}
