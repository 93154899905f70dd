using System.Collections.Concurrent;
using Npgsql;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Postgres;

/// <summary>Opens monitor sessions, each on an unpooled data source of its endpoint.</summary>
sealed class EndpointProbe(EndpointSources sources, ISessionControl control) : IEndpointProbe
{
    readonly ConcurrentDictionary<Endpoint, Lazy<NpgsqlDataSource>> _sources = new();

    public async Task<IProbeSession> ConnectAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(endpoint, cancellationToken).ConfigureAwait(false);
        return new ProbeSession(connection, control, (told, answered) => sources.Poolers.Note(endpoint, told, answered));
    }

    public Task<NpgsqlConnection> OpenAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var source = _sources.GetOrAdd(endpoint, e => new Lazy<NpgsqlDataSource>(() => sources.ForMonitor(e)));
        return LoginRetry.OpenAsync(source.Value, sources.PasswordOf(endpoint, source.Value), cancellationToken).AsTask();
    }

    public async Task ForgetAsync(Endpoint endpoint)
    {
        if (_sources.TryRemove(endpoint, out var source) && source.IsValueCreated)
        {
            await source.Value.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values.Where(static s => s.IsValueCreated))
        {
            await source.Value.DisposeAsync().ConfigureAwait(false);
        }
    }
}
