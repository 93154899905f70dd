using Microsoft.Extensions.Logging;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>
/// What a change of topology does to work in flight. Reads on a server that is gone run again elsewhere, so they are ended at
/// once; writes there may be merely slow, so they are ended only when another primary stands and theirs can count no more. Behind a pooler that hung (paused, out of
/// sessions) they may go on any moment: as long as their server is the same one, those that can't be repeated are left to their deadline.
/// </summary>
/// <param name="pools">What is in flight.</param>
/// <param name="logger">The log.</param>
/// <param name="isPooled">Whether poolers stand between.</param>
sealed class TopologyReaction(ISessionPools pools, ILogger logger, Func<bool> isPooled)
{
    static readonly Func<InFlightOperation, bool> _all = static _ => true;
    static readonly Func<InFlightOperation, bool> _reads = static o => o.Safety == OperationSafety.ReadOnly;
    static readonly Func<InFlightOperation, bool> _repeatable = static o => o.Safety != OperationSafety.NonIdempotent;

    TopologySnapshot? _before;

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
                var isSame = _before is not null && Find(_before, pool.Endpoint) is { } before && IsSameServer(before, endpoint);
                Abort(pool, isSame ? "it was silent for a while" : "its server is another one now", isSame ? _repeatable : _all);
            }
            else if (endpoint.Status is EndpointStatus.Unreachable or EndpointStatus.StartingUp or EndpointStatus.Fenced)
            {
                Abort(pool, endpoint.ToString(), snapshot.Primary is not { } primary ? _reads : IsSameServer(endpoint, primary) ? _repeatable : _all);
            }
        }

        _before = snapshot;
        pools.Retire(snapshot);
    }

    bool IsSameServer(EndpointSnapshot one, EndpointSnapshot other) =>
        isPooled() && one.StartedAt is not null && one.StartedAt == other.StartedAt && one.SystemIdentifier == other.SystemIdentifier;

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
