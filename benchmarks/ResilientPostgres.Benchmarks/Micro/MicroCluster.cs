using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Micro;

/// <summary>The cluster the measured calls go to, and the two ways to it. Shared, for it is started once.</summary>
static class MicroCluster
{
    public static NpgsqlDataSource Plain { get; private set; } = null!;

    public static ResilientDataSource Routed { get; private set; } = null!;

    public static async Task StartAsync(PostgresCluster cluster)
    {
        Plain = NpgsqlDataSource.Create(cluster.PrimaryConnectionString);
        var builder = new ResilientDataSourceBuilder(cluster.ConnectionString);

        // Rare probes: what the monitors allocate beside the calls must not be counted as theirs.
        builder.Options.Monitoring.ProbeInterval = TimeSpan.FromMinutes(2);
        builder.Options.MaxReplicationLag = TimeSpan.FromMinutes(10);
        Routed = builder.Build();
        await Routed.ReadAsync(static (_, _) => Task.CompletedTask, ReadPreference.Standby);
        while (!Routed.Topology.Current.Endpoints.All(static e => e.Status == EndpointStatus.Available))
        {
            await Task.Delay(20);
        }
    }

    public static async Task StopAsync()
    {
        await Routed.DisposeAsync();
        await Plain.DisposeAsync();
    }
}
