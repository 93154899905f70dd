using Npgsql;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Sessions;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>A monitor's session.</summary>
sealed class ProbeSession(NpgsqlConnection connection, ISessionControl control) : IProbeSession
{
    readonly NpgsqlCommand _probe = new(ProbeStatement.Text, connection);

    public async Task<ServerFacts> ProbeAsync()
    {
        var row = await _probe.ExecuteReaderAsync().ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            await row.ReadAsync().ConfigureAwait(false);
            return ProbeStatement.Read(row);
        }
    }

    public async Task WaitForNewsAsync(CancellationToken cancellationToken) =>
        await connection.WaitAsync(cancellationToken).ConfigureAwait(false);

    public void Abort() => control.TryAbort(connection);

    public async ValueTask DisposeAsync()
    {
        await _probe.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
