using System.Collections.Concurrent;
using Npgsql;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Postgres;

/// <summary>The pools by endpoint: one read to find, a lock only to make a new generation.</summary>
sealed class EndpointPools(EndpointSources sources, TimeProvider time) : ISessionPools
{
    readonly ConcurrentDictionary<Endpoint, EndpointPool> _pools = new();
    readonly Lock _gate = new();
    ISessionPool[] _live = [];
    bool _isDisposed;

    /// <summary>Asked for fifty times a second, so kept as it is until a pool comes or goes.</summary>
    public IReadOnlyList<ISessionPool> Live => Volatile.Read(ref _live);

    public ISessionPool For(EndpointSnapshot endpoint) =>
        _pools.TryGetValue(endpoint.Endpoint, out var pool) && pool.Generation == endpoint.Generation ? pool : Renew(endpoint);

    public void Retire(TopologySnapshot snapshot)
    {
        foreach (var pool in _pools.Values)
        {
            var isCurrent = false;
            foreach (var endpoint in snapshot.Endpoints)
            {
                isCurrent |= endpoint.Endpoint.Equals(pool.Endpoint) && endpoint.Generation <= pool.Generation;
            }

            if (!isCurrent && _pools.TryRemove(KeyValuePair.Create(pool.Endpoint, pool)))
            {
                Background.Observe(pool.RetireAsync());
                List();
            }
        }
    }

    void List() => Volatile.Write(ref _live, [.. _pools.Values]);

    public async ValueTask DisposeAsync()
    {
        EndpointPool[] pools;
        lock (_gate)
        {
            _isDisposed = true;
            pools = [.. _pools.Values];
            _pools.Clear();
        }

        await Task.WhenAll(pools.Select(static p => p.RetireAsync())).ConfigureAwait(false);
    }

    EndpointPool Renew(EndpointSnapshot endpoint)
    {
        lock (_gate)
        {
            Disposed.ThrowIf(_isDisposed);

            // A caller may hold a snapshot from before; the newer pool serves it as well.
            _pools.TryGetValue(endpoint.Endpoint, out var present);
            if (present is not null && present.Generation >= endpoint.Generation)
            {
                return present;
            }

            var forStatements = sources.ForStatements(endpoint.Endpoint);
            var pool = new EndpointPool(
                endpoint,
                Sessions(endpoint, sources.ForSessions(endpoint.Endpoint)),
                forStatements is null ? null : Sessions(endpoint, forStatements),
                sources.Prepares(endpoint.Endpoint));
            _pools[endpoint.Endpoint] = pool;
            List();
            if (present is not null)
            {
                Background.Observe(present.RetireAsync());
            }

            return pool;
        }
    }

    SessionSource Sessions(EndpointSnapshot endpoint, NpgsqlDataSource source) => new(endpoint, source, sources.PasswordOf(endpoint.Endpoint, source), time);
}
