using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Poolers;

/// <summary>Data sources over poolers, and how the tests see where something ran.</summary>
static class Pooled
{
    /// <summary>Tells its server, and nobody takes it for anything but a read.</summary>
    internal const string PortOf = "SELECT current_setting('port')::int";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal static Task<PgpoolServer> PgpoolAsync(PostgresCluster cluster, PgpoolOptions? options = null) =>
        PgpoolServer.StartAsync([.. cluster.Servers.Select(Backend.Of)], options ?? new PgpoolOptions { BalancesStatements = true }, Cancelled);

    internal static ResilientDataSource Over(IReadOnlyList<PgpoolServer> pgpools, RecordedLog? log = null, Action<ResilientDataSourceBuilder>? configure = null) =>
        Resilient.Over(Hosts(pgpools[0].ConnectionString, pgpools.Select(static p => p.Port)), log, b => (configure ?? (static _ => { }))(b.UsePgpool()));

    internal static ResilientDataSource Over(
        IReadOnlyList<PgBouncerServer> bouncers, PgBouncerMode mode = PgBouncerMode.Transaction, RecordedLog? log = null, Action<ResilientDataSourceBuilder>? configure = null) =>
        Resilient.Over(
            new NpgsqlConnectionStringBuilder(Hosts(bouncers[0].ConnectionStringOf(), bouncers.Select(static p => p.Port))) { NoResetOnClose = false }.ConnectionString,
            log,
            b => (configure ?? (static _ => { }))(b.UsePgBouncer(mode)));

    /// <summary>Everything observed, and the cluster's functions known.</summary>
    internal static async Task<ResilientDataSource> KnownAsync(this ResilientDataSource db)
    {
        _ = db.Explain();
        await Eventually.TrueAsync(
            () => db.Topology.Current.Status == ClusterStatus.WithPrimary && db.ExplainRouting("SELECT 1").Verdict.IsProven, () => db.Topology.ToString());
        return db;
    }

    /// <summary>Which server answers a statement of its own.</summary>
    internal static async Task<int> AskAsync(ResilientDataSource db, string sql = PortOf, ReadPreference? preference = null)
    {
        await using var command = db.CreateCommand(sql);
        command.ReadPreference = preference;
        return (int)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    internal static async Task<HashSet<int>> AskOftenAsync(ResilientDataSource db, string sql = PortOf, ReadPreference? preference = null)
    {
        var ports = new HashSet<int>();
        for (var i = 0; i < 60; i++)
        {
            ports.Add(await AskAsync(db, sql, preference));
        }

        return ports;
    }

    internal static async Task ExecuteAsync(ResilientDataSource db, string sql)
    {
        await using var command = db.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    /// <summary>As <see cref="Workload.AssertCleanAsync"/>, once all servers have everything: through pgpool any may answer what a delegate reads.</summary>
    internal static async Task AssertCleanAsync(this Workload work, PostgresCluster cluster)
    {
        await work.StopAsync();
        foreach (var standby in cluster.Standbys)
        {
            await cluster.ResumeReplayAsync(standby, Cancelled);
            await cluster.WaitForReplayAsync(standby, Cancelled);
        }

        await work.AssertCleanAsync();
    }

    static string Hosts(string connectionString, IEnumerable<int> ports) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Host = string.Join(',', ports.Select(static p => $"127.0.0.1:{p}")) }.ConnectionString;
}
