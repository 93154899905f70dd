using NpgsqlTypes;

namespace ResilientPostgres.Topology;

/// <summary>
/// Finds standbys whose log is not the primary's. An ordinary role cannot see which timeline a standby replays, so positions
/// must do: nobody that follows a server has replayed more than that server had flushed, or, after a promotion, more of the
/// old timeline than the new one grew from.
/// </summary>
static class Divergence
{
    /// <summary>Only what was seen while the new primary was still in recovery counts: a quick follower may be past the fork already.</summary>
    public static TopologyState AtTakeover(TopologyState state, EndpointState primary) =>
        primary is { Facts: { RecoveryEnd: { } fork } facts, InRecoveryAt: { } promotedAfter } ? Mark(state, facts, fork, promotedAfter) : state;

    public static TopologyState AtProbe(TopologyState state, EndpointState primary) =>
        primary.Facts is { } facts ? Mark(state, facts, facts.Lsn, primary.SentAt) : state;

    static TopologyState Mark(TopologyState state, ServerFacts primary, NpgsqlLogSequenceNumber limit, TimeSpan knownBy)
    {
        foreach (var standby in state.Endpoints)
        {
            if (standby.Facts is not { InRecovery: true } facts || facts.SystemIdentifier != primary.SystemIdentifier)
            {
                continue;
            }

            var follows = facts.Timeline is { } received && received == primary.Timeline;
            var isAhead = standby.ReceivedAt <= knownBy && standby.ReplayedBeyond(limit);
            var isDiverged = !follows && (standby.IsDiverged || isAhead);
            state = isDiverged == standby.IsDiverged ? state : state.Replace(standby, standby with { IsDiverged = isDiverged });
        }

        return state;
    }
}
