using System.Collections.Concurrent;
using ResilientPostgres.Faults;
using ResilientPostgres.Resilience;
using ResilientPostgres.Sessions;
using ResilientPostgres.Settings;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Calls;

/// <summary>The circuit breakers of all endpoints. A new generation of an endpoint begins with a new one, closed.</summary>
sealed class Circuits(Cluster cluster)
{
    readonly ConcurrentDictionary<Endpoint, Entry> _entries = new();
    TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when one that was open is closed.</summary>
    public Task Closed => Volatile.Read(ref _closed).Task;

    /// <summary>All begin anew, for the settings have changed.</summary>
    public void Reset()
    {
        _entries.Clear();
        foreach (var endpoint in cluster.Store.Current.Endpoints)
        {
            Close(endpoint.Endpoint, endpoint.Gauge);
        }
    }

    public void Succeeded(ISessionPool pool)
    {
        if (cluster.Settings.CircuitBreaker.Enabled)
        {
            For(pool)?.Circuit.Record(null);
        }
    }

    public void Failed(ISessionPool pool, in Fault fault, Exception exception)
    {
        if (cluster.Settings.CircuitBreaker.Enabled
            && CircuitRule.Counts(fault, isPrimary: cluster.Store.Current.IsPrimary(pool.Endpoint)))
        {
            For(pool)?.Circuit.Record(exception);
        }
    }

    /// <summary>Null once the endpoint has moved on to another generation.</summary>
    Entry? For(ISessionPool pool)
    {
        var settings = cluster.Settings.CircuitBreaker;
        if (_entries.TryGetValue(pool.Endpoint, out var entry) && entry.Generation == pool.Generation && entry.Settings == settings)
        {
            return entry;
        }

        foreach (var endpoint in cluster.Store.Current.Endpoints)
        {
            if (endpoint.Endpoint.Equals(pool.Endpoint) && endpoint.Generation == pool.Generation)
            {
                return _entries[pool.Endpoint] = Create(endpoint.Endpoint, endpoint.Generation, endpoint.Gauge);
            }
        }

        return null;
    }

    Entry Create(Endpoint endpoint, int generation, EndpointGauge gauge)
    {
        var settings = cluster.Settings.CircuitBreaker;
        gauge.Shun(default);
        var circuit = new EndpointCircuit(
            endpoint, settings, cluster.Strategies, cluster.Clock.Time, duration => Open(endpoint, gauge, duration), () => Close(endpoint, gauge));
        return new Entry(generation, settings, circuit);
    }

    void Open(Endpoint endpoint, EndpointGauge gauge, TimeSpan duration)
    {
        if (!gauge.IsCircuitOpen)
        {
            cluster.Logger.CircuitOpened(endpoint.Name, duration.TotalMilliseconds);
        }

        gauge.Shun(cluster.Clock.Now + duration);
    }

    void Close(Endpoint endpoint, EndpointGauge gauge)
    {
        if (gauge.IsCircuitOpen)
        {
            gauge.Shun(default);
            cluster.Logger.CircuitClosed(endpoint.Name);
            Interlocked.Exchange(ref _closed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    sealed record Entry(int Generation, CircuitBreakerSettings Settings, EndpointCircuit Circuit);
}
