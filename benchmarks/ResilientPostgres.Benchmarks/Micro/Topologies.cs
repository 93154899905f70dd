using System.Collections.Immutable;
using System.Globalization;
using NpgsqlTypes;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Benchmarks.Micro;

/// <summary>Snapshots of healthy clusters of any size, made as the library makes them: by observations.</summary>
static class Topologies
{
    public static readonly TimeSpan Now = TimeSpan.FromSeconds(1);

    /// <summary>One primary, the last of the list, and standbys that are fresh.</summary>
    public static TopologySnapshot Healthy(int endpoints)
    {
        ImmutableArray<Endpoint> all = [.. Enumerable.Range(1, endpoints).Select(static i => new Endpoint("db" + i))];
        var store = new TopologyStore(all, static () => SplitBrainAction.RefuseWrites);
        foreach (var endpoint in all.Reverse())
        {
            store.Apply(new Observation.Probed(endpoint, Now, Now, Facts(endpoint, isStandby: endpoint != all[^1])));
        }

        // Once more: what proves a standby fresh is known only since the primary has answered.
        foreach (var endpoint in all)
        {
            store.Apply(new Observation.Probed(endpoint, Now, Now, Facts(endpoint, isStandby: endpoint != all[^1])));
        }

        return store.Current;
    }

    static ServerFacts Facts(Endpoint endpoint, bool isStandby) => new(
        InRecovery: isStandby,
        ReadOnly: isStandby,
        SystemIdentifier: 1,
        StartedAt: DateTime.UnixEpoch.AddSeconds(int.Parse(endpoint.Host.AsSpan(2), CultureInfo.InvariantCulture)),
        Lsn: new NpgsqlLogSequenceNumber(1000),
        Timeline: 1,
        RecoveryEnd: null);
}
