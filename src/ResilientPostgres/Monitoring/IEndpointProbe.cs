using Npgsql;

namespace ResilientPostgres.Monitoring;

/// <summary>Opens the monitor's own sessions, outside any pool: an exhausted pool must not look like a dead server.</summary>
interface IEndpointProbe : IAsyncDisposable
{
    Task<IProbeSession> ConnectAsync(Endpoint endpoint, CancellationToken cancellationToken);

    /// <summary>A session of the same kind for whoever lists the endpoints.</summary>
    Task<NpgsqlConnection> OpenAsync(Endpoint endpoint, CancellationToken cancellationToken);

    /// <summary>The endpoint has left: what was kept for it goes.</summary>
    Task ForgetAsync(Endpoint endpoint);
}
