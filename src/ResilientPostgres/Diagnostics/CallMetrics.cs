using System.Diagnostics.Metrics;

namespace ResilientPostgres.Diagnostics;

/// <summary>The meter <c>ResilientPostgres</c>; every instrument carries the cluster's name.</summary>
sealed class CallMetrics : IDisposable
{
    public const string MeterName = "ResilientPostgres";

    readonly Meter _meter;
    readonly KeyValuePair<string, object?> _cluster;
    readonly Counter<long> _repeated;
    readonly Counter<long> _shed;
    readonly Counter<long> _resolved;
    readonly Counter<long> _movable;
    readonly Histogram<double> _movableLag;
    readonly Counter<long> _redirected;
    readonly Histogram<double> _waited;

    public CallMetrics(string cluster, Func<TopologySnapshot> topology, Func<TimeSpan> now, Func<(int Count, TimeSpan OldestAge)> orphans)
    {
        _cluster = new("resilient_postgres.cluster", cluster);
        _meter = new Meter(MeterName);
        _repeated = _meter.CreateCounter<long>("resilient_postgres.calls.repeated", "{call}", "Attempts after the first.");
        _shed = _meter.CreateCounter<long>("resilient_postgres.calls.shed", "{call}", "Calls not repeated because the retry budget was used up.");
        _resolved = _meter.CreateCounter<long>("resilient_postgres.commits.resolved", "{commit}", "Commits whose answer was lost, by what was found out.");
        _movable = _meter.CreateCounter<long>("resilient_postgres.observe.movable_reads", "{call}", "Reads sent to the primary that mode Full would have sent to a standby.");
        _movableLag = _meter.CreateHistogram<double>("resilient_postgres.observe.lag", "s", "How stale those reads could have been at most.");
        _redirected = _meter.CreateCounter<long>("resilient_postgres.freshness.redirected_reads", "{call}", "Reads that went to the primary because no standby had shown to have what they must see.");
        _waited = _meter.CreateHistogram<double>("resilient_postgres.freshness.wait", "s", "How long reads waited for a standby to replay what they must see.");
        _meter.CreateObservableGauge("resilient_postgres.endpoint.in_flight", () => Each(topology(), static e => (long)e.InFlight), "{operation}", "Sessions and operations on the endpoint.");
        _meter.CreateObservableGauge("resilient_postgres.endpoint.circuit_open", () => Each(topology(), static e => e.Gauge.IsCircuitOpen ? 1L : 0), "{endpoint}", "1 while calls are kept away from the endpoint.");
        _meter.CreateObservableGauge("resilient_postgres.orphans", () => new Measurement<long>(orphans().Count, _cluster), "{session}", "Sessions whose callers have left and which have not ended yet.");
        _meter.CreateObservableGauge("resilient_postgres.orphans.age", () => new Measurement<double>(orphans().OldestAge.TotalSeconds, _cluster), "s", "How long the oldest of them has been waiting to end.");
        _meter.CreateObservableGauge("resilient_postgres.endpoint.lag", () => Lags(topology(), now()), "s", "Proven upper bound of the standby's replication lag.");
    }

    public void Repeated(FaultKind kind) => _repeated.Add(1, _cluster, new("resilient_postgres.fault", kind.ToString()));

    public void Shed(FaultKind kind) => _shed.Add(1, _cluster, new("resilient_postgres.fault", kind.ToString()));

    public void Resolved(CommitOutcome outcome) => _resolved.Add(1, _cluster, new("resilient_postgres.outcome", outcome.ToString()));

    /// <param name="isForProcess">What it had to see may have been written by anybody in the process; a scope would have told.</param>
    public void Redirected(bool isForProcess) => _redirected.Add(1, _cluster, new("resilient_postgres.consistency", isForProcess ? "process" : "own"));

    public void Waited(TimeSpan time) => _waited.Record(time.TotalSeconds, _cluster);

    public void Movable(EndpointSnapshot to, TimeSpan lag)
    {
        _movable.Add(1, _cluster, Tag(to));
        _movableLag.Record(lag.TotalSeconds, _cluster, Tag(to));
    }

    public void Dispose() => _meter.Dispose();

    IEnumerable<Measurement<long>> Each(TopologySnapshot topology, Func<EndpointSnapshot, long> value) =>
        topology.Endpoints.Select(e => new Measurement<long>(value(e), _cluster, Tag(e)));

    IEnumerable<Measurement<double>> Lags(TopologySnapshot topology, TimeSpan now) =>
        topology.Endpoints
            .Where(e => e.Role == EndpointRole.Standby && e.Gauge.FreshAsOf is not null)
            .Select(e => new Measurement<double>(e.Gauge.LagBound(now).TotalSeconds, _cluster, Tag(e)));

    static KeyValuePair<string, object?> Tag(EndpointSnapshot endpoint) => new("server.address", endpoint.Endpoint.Name);
}
