namespace ResilientPostgres.Monitoring;

/// <summary>Opens the monitor's own sessions, outside any pool: an exhausted pool must not look like a dead server.</summary>
interface IEndpointProbe : IAsyncDisposable
{
    Task<IProbeSession> ConnectAsync(Endpoint endpoint, CancellationToken cancellationToken);
}
