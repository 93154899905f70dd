namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>When the library published what about the primary: taken at the moment the snapshot stands.</summary>
sealed class Sightings
{
    readonly Lock _gate = new();
    readonly List<(long At, int? Primary)> _seen = [];

    public Sightings(ResilientDataSource source)
    {
        var store = source.Cluster.Store;
        var inner = store.Published;
        store.Published = snapshot =>
        {
            var now = TimeProvider.System.GetTimestamp();
            lock (_gate)
            {
                _seen.Add((now, snapshot.Primary?.Endpoint.Port));
            }

            inner?.Invoke(snapshot);
        };
    }

    /// <summary>When the primary was first given up after that moment, or 0.</summary>
    public long Lost(long after) => First(after, static p => p is null);

    /// <summary>When that server was first confirmed as primary after that moment, or 0.</summary>
    public long Confirmed(long after, int port) => First(after, p => p == port);

    long First(long after, Func<int?, bool> match)
    {
        lock (_gate)
        {
            return _seen.Where(s => s.At >= after && match(s.Primary)).Select(static s => s.At).FirstOrDefault();
        }
    }
}
