using Npgsql;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>A primary, one standby, and the data source that is asked; with a proxy between it and the primary, and another one between the two.</summary>
sealed class LagServers : IAsyncDisposable
{
    LagServers(PostgresCluster cluster, ChaosProxy toPrimary, ChaosProxy replication, ResilientDataSource db) =>
        (Cluster, ToPrimary, Replication, Db) = (cluster, toPrimary, replication, db);

    public PostgresCluster Cluster { get; }

    public PostgresServer Standby => Cluster.Standbys[0];

    public ResilientDataSource Db { get; }

    /// <summary>The data source's way to the primary, and nobody else's.</summary>
    public ChaosProxy ToPrimary { get; }

    /// <summary>The standby's way to the primary after <see cref="StreamThroughProxyAsync"/>.</summary>
    public ChaosProxy Replication { get; }

    /// <summary>The standby by the ordinary role.</summary>
    public string StandbyConnectionString => new NpgsqlConnectionStringBuilder(Cluster.ConnectionString) { Host = Standby.Host, Port = Standby.Port }.ConnectionString;

    public static async Task<LagServers> StartAsync(LagCase lagCase)
    {
        var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Standbys = 1 });
        if (lagCase.Clock is { } clock)
        {
            await FakeTime.ShiftAsync(cluster, cluster.Standbys[0], clock);
        }

        await cluster.ExecuteAsync("CREATE TABLE heartbeats (number bigint PRIMARY KEY); CREATE TABLE load (what text)");
        var primary = cluster.Primary;
        var toPrimary = await ChaosProxy.StartAsync(primary.Host, primary.Port);
        var replication = await ChaosProxy.StartAsync(primary.Host, primary.Port);
        var builder = new ResilientDataSourceBuilder(new NpgsqlConnectionStringBuilder(cluster.ConnectionString)
        {
            Host = $"{toPrimary.Host}:{toPrimary.Port},{cluster.Standbys[0].Host}:{cluster.Standbys[0].Port}",
        }.ConnectionString);
        if (lagCase.ProbeInterval is { } interval)
        {
            builder.Options.Monitoring.ProbeInterval = interval;
            builder.Options.Monitoring.ProbeTimeout = interval * 0.9;
        }

        var servers = new LagServers(cluster, toPrimary, replication, builder.Build());
        await servers.Db.ReadyAsync();
        return servers;
    }

    /// <summary>Until the standby is as late as that.</summary>
    public async Task DelayReplayAsync(TimeSpan delay)
    {
        await Cluster.DelayReplayAsync(Standby, delay);
        await Task.Delay(delay + TimeSpan.FromMilliseconds(500));
    }

    public async Task StreamThroughProxyAsync()
    {
        await using var source = NpgsqlDataSource.Create(Standby.ConnectionString);
        await ExecuteAsync(source, $"ALTER SYSTEM SET primary_conninfo = 'host={Replication.Host} port={Replication.Port} user=postgres application_name={Standby.Name} sslmode=disable gssencmode=disable'");
        await ExecuteAsync(source, "SELECT pg_reload_conf()");
        while (await ExecuteAsync(source, $"SELECT status FROM pg_stat_wal_receiver WHERE sender_port = {Replication.Port}") is not "streaming")
        {
            await Task.Delay(20);
        }

        await Cluster.WaitForReplayAsync(Standby);
    }

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        await ToPrimary.DisposeAsync();
        await Replication.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    static async Task<object?> ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
