using FailoverDemo.Workload;
using ResilientPostgres;

namespace FailoverDemo.View;

/// <summary>Looks at the library and the counters; rates are those of about the last second.</summary>
sealed class Dashboard(ResilientDataSource db, ServerNames names, Scoreboard scores)
{
    static readonly TimeSpan _window = TimeSpan.FromMilliseconds(900);

    readonly Queue<Sample> _samples = new();

    /// <summary>Called by the view alone. The rates are over the time since the newest look that lies a window back.</summary>
    public DashboardState Look()
    {
        var now = new Sample(DemoClock.Now, scores.Writes, [.. names.All.Select((_, index) => scores.ReadsOf(index))]);
        _samples.Enqueue(now);
        while (_samples.Count > 2 && now.At - _samples.ElementAt(1).At >= _window)
        {
            _samples.Dequeue();
        }

        var before = _samples.Peek();
        var seconds = Math.Max(0.001, (now.At - before.At).TotalSeconds);
        var reads = now.Reads.Zip(before.Reads, (current, old) => (current - old) / seconds).ToArray();
        var all = reads.Sum();
        var servers = db.Topology.Current.Endpoints
            .Select(endpoint => (Seen: endpoint, Index: names.IndexOf(endpoint.Endpoint.Port)))
            .OrderBy(static server => server.Index)
            .Select(server => new ServerState(
                names.All[server.Index], server.Seen, Lag(server.Seen), reads[server.Index], all > 0 ? reads[server.Index] / all : 0));
        return new DashboardState([.. servers], (now.Writes - before.Writes) / seconds, all);
    }

    /// <summary>A primary is behind nobody.</summary>
    TimeSpan? Lag(EndpointSnapshot endpoint) =>
        endpoint.Role == EndpointRole.Primary ? null : db.Topology.ReplicationLag(endpoint.Endpoint);

    sealed record Sample(TimeSpan At, long Writes, long[] Reads);
}
