using System.Collections.Immutable;

namespace ResilientPostgres.Topology;

/// <summary>
/// Which of the servers that accept writes is the primary. It only finds out who was promoted; a higher timeline alone is not
/// enough while the old primary is alive, for a replica promoted for a drill looks exactly like a new primary.
/// </summary>
static class PrimaryElection
{
    public static Election Decide(TopologyState state, SplitBrainAction policy)
    {
        if (state.SystemIdentifier is null)
        {
            return default;
        }

        var writers = Writers(state);
        if (state.Memory is not { } memory)
        {
            return state.IsObserved ? First(state, writers, policy) : default;
        }

        var current = writers.FirstOrDefault(memory.Is);
        var challengers = writers.RemoveAll(memory.Is);
        var isPending = state.Endpoints.Any(e => e.Reach == Reach.Suspected && memory.Is(e));
        if (current is null)
        {
            return isPending ? default : First(state, challengers, policy);
        }

        return challengers.IsEmpty ? new Election(current) : Contest(state, current, challengers, policy);
    }

    /// <summary>One entry a server, by the first of its names; a fenced timeline has no vote.</summary>
    static ImmutableArray<EndpointState> Writers(TopologyState state)
    {
        var writers = ImmutableArray.CreateBuilder<EndpointState>();
        foreach (var endpoint in state.Endpoints)
        {
            if (IsWriter(state, endpoint) && !writers.Any(w => w.Facts!.Value.IsSameServerAs(endpoint.Facts!.Value)))
            {
                writers.Add(endpoint);
            }
        }

        return writers.ToImmutable();
    }

    static bool IsWriter(TopologyState state, EndpointState endpoint) =>
        endpoint is { IsAnswering: true, Facts: { IsWritable: true } facts, Endpoint.CanBecomePrimary: true }
        && facts.SystemIdentifier == state.SystemIdentifier
        && TimelineOf(endpoint) >= state.HighestTimeline;

    /// <summary>No primary is alive to be weighed against them.</summary>
    static Election First(TopologyState state, ImmutableArray<EndpointState> writers, SplitBrainAction policy)
    {
        if (writers.Length < 2)
        {
            return new Election(writers.FirstOrDefault());
        }

        if (writers.All(static w => w.Facts?.Timeline is null) && writers.Count(static w => w.ListedRole == EndpointRole.Primary) == 1)
        {
            return new Election(writers.First(static w => w.ListedRole == EndpointRole.Primary));
        }

        var best = Highest(writers);
        var isAlone = writers.Count(w => TimelineOf(w) == TimelineOf(best)) == 1;
        return isAlone && (state.Memory is not null || IsFollowed(state, best, writers) || policy == SplitBrainAction.FollowHigherTimeline)
            ? new Election(best)
            : new Election(null, IsSplitBrain: true);
    }

    /// <summary>The primary we know is alive and another server accepts writes too.</summary>
    static Election Contest(TopologyState state, EndpointState current, ImmutableArray<EndpointState> challengers, SplitBrainAction policy)
    {
        var best = Highest(challengers);
        var isHigher = TimelineOf(best) > TimelineOf(current) && challengers.Count(c => TimelineOf(c) == TimelineOf(best)) == 1;
        if (isHigher && IsFollowed(state, best, [current, best]))
        {
            return new Election(best);
        }

        if (challengers.FirstOrDefault(c => IsConfirmed(c, current)) is { } confirmed)
        {
            return new Election(confirmed);
        }

        // What we know of the primary may be older than the promotion. Until it has answered after that, writes only wait.
        if (current.SentAt < best.WritableSince)
        {
            return default;
        }

        return policy switch
        {
            SplitBrainAction.KeepCurrentPrimary => new Election(current, IsSplitBrain: true),
            SplitBrainAction.FollowHigherTimeline when isHigher => new Election(best),
            _ => new Election(null, IsSplitBrain: true),
        };
    }

    /// <summary>
    /// A provider takes the challenger for the primary, and the server that was it no longer. On Aurora, where no timeline is to be seen, that is all there is:
    /// its storage lets one server write.
    /// </summary>
    static bool IsConfirmed(EndpointState challenger, EndpointState current) =>
        challenger.ListedRole == EndpointRole.Primary && current.ListedRole != EndpointRole.Primary
        && (TimelineOf(challenger) > TimelineOf(current) || (challenger.Facts?.Timeline is null && current.Facts?.Timeline is null));

    /// <summary>Most of the endpoints that are not themselves in question receive this server's timeline.</summary>
    static bool IsFollowed(TopologyState state, EndpointState writer, ImmutableArray<EndpointState> inQuestion)
    {
        var others = state.Endpoints.Where(e => e.UnlistedSince is null && !inQuestion.Any(q => q.Endpoint.Equals(e.Endpoint))).ToArray();
        var followers = others.Count(e =>
            e is { IsAnswering: true, Facts: { InRecovery: true, Timeline: { } received } }
            && e.BelongsTo(state.SystemIdentifier)
            && received == TimelineOf(writer));
        return followers * 2 > others.Length;
    }

    static EndpointState Highest(ImmutableArray<EndpointState> writers) => writers.MaxBy(TimelineOf)!;

    static uint TimelineOf(EndpointState state) => state.Facts?.Timeline ?? 0;
}
