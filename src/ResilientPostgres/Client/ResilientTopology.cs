using System.Runtime.CompilerServices;
using ResilientPostgres.Calls;
using ResilientPostgres.Client;
using ResilientPostgres.Topology;

namespace ResilientPostgres;

/// <summary>The cluster as the data source sees it.</summary>
public sealed class ResilientTopology
{
    readonly Cluster _cluster;

    internal ResilientTopology(Cluster cluster) => _cluster = cluster;

    /// <summary>The newest snapshot. Immutable; ask again for a newer one.</summary>
    public TopologySnapshot Current => _cluster.Store.Current;

    /// <summary>How far a standby may be behind, as an upper bound that is proven; <see langword="null"/> if nothing is proven about it.</summary>
    /// <param name="endpoint">One of the cluster's endpoints.</param>
    /// <returns>The bound, which grows with time until the next proof.</returns>
    public TimeSpan? ReplicationLag(Endpoint endpoint)
    {
        var gauge = _cluster.Store.State.Find(endpoint)?.Gauge;
        return gauge?.FreshAsOf is null ? null : gauge.LagBound(_cluster.Clock.Now);
    }

    /// <summary>What happens to the cluster from now on, in order. A watcher that falls more than 1,024 events behind loses the oldest.</summary>
    /// <param name="cancellationToken">Ends the watching.</param>
    /// <returns>The events; the sequence ends when the data source is disposed.</returns>
    public async IAsyncEnumerable<TopologyEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _cluster.EnsureStarted();
        var channel = _cluster.Announcer.Subscribe();
        try
        {
            await foreach (var happened in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return happened;
            }
        }
        finally
        {
            _cluster.Announcer.Unsubscribe(channel);
        }
    }

    /// <summary>
    /// Forgets which timeline was the highest, so that a server on a lower one may be written to again: after a restore to an
    /// earlier point, or when a promoted server was given up on purpose. An operator's decision; nothing does it by itself.
    /// </summary>
    public void ResetFencing() => _cluster.Monitor.Report(new Observation.FenceReset());

    /// <summary>A readable dump: the cluster, one line an endpoint, and what the provider of endpoints says.</summary>
    /// <returns>The lines.</returns>
    public override string ToString() => new TopologyDump(_cluster).ToText();

    /// <summary>The same as JSON, for a diagnostic page or a log. Without passwords; members may be added in later versions.</summary>
    /// <returns>One JSON object, indented.</returns>
    public string ToJson() => new TopologyDump(_cluster).ToJson();
}
