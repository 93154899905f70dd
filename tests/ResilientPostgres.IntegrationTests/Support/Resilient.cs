using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Support;

/// <summary>Data sources over a test's cluster, and the statements the tests use most.</summary>
static class Resilient
{
    internal static ResilientDataSource Over(string connectionString, RecordedLog? log = null, Action<ResilientDataSourceBuilder>? configure = null)
    {
        var builder = new ResilientDataSourceBuilder(connectionString).UseLoggerFactory(log ?? new RecordedLog());
        configure?.Invoke(builder);
        return builder.Build();
    }

    internal static ResilientDataSource Over(PostgresCluster cluster, RecordedLog? log = null, Action<ResilientDataSourceBuilder>? configure = null) =>
        Over(cluster.ConnectionString, log, configure);

    /// <summary>A connection string with the cluster's first server replaced by a proxy before it, and so on.</summary>
    internal static string Through(PostgresCluster cluster, params (PostgresServer Server, ChaosProxy Proxy)[] proxies)
    {
        var hosts = cluster.Servers.Select(s => proxies.FirstOrDefault(p => p.Server == s).Proxy is { } proxy ? $"{proxy.Host}:{proxy.Port}" : $"{s.Host}:{s.Port}");
        return new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = string.Join(',', hosts) }.ConnectionString;
    }

    internal static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    internal static Task<T> ReadAsync<T>(this ResilientDataSource db, string sql, ReadPreference? preference = null) =>
        db.ReadAsync((c, ct) => ScalarAsync<T>(c, sql, ct), preference, TestContext.Current.CancellationToken);

    internal static Task WriteAsync(this ResilientDataSource db, string sql, OperationSafety safety = OperationSafety.NonIdempotent) =>
        db.WriteAsync(
            async (c, ct) =>
            {
                await using var command = new NpgsqlCommand(sql, c);
                await command.ExecuteNonQueryAsync(ct);
            },
            safety,
            TestContext.Current.CancellationToken);

    /// <summary>Which server answers a read with this preference.</summary>
    internal static Task<int> PortAsync(this ResilientDataSource db, ReadPreference? preference = null) =>
        db.ReadAsync<int>("SELECT inet_server_port()", preference);

    /// <summary>All endpoints observed, a primary confirmed, every standby proven fresh, and the cluster's functions known.</summary>
    internal static async Task<ResilientDataSource> ReadyAsync(this ResilientDataSource db)
    {
        _ = db.Explain();
        await Eventually.TrueAsync(
            () => db.Topology.Current is { Status: ClusterStatus.WithPrimary } now
                && now.Endpoints.Where(static e => e.Role == EndpointRole.Standby).All(e => db.Topology.ReplicationLag(e.Endpoint) < TimeSpan.FromSeconds(1)),
            () => db.Topology.ToString());
        await Eventually.TrueAsync(() => db.ExplainRouting("SELECT 1").Verdict.IsProven && db.Topology.Current.Endpoints.All(static e => e.InFlight == 0));
        return db;
    }

    /// <summary>
    /// A server that was just killed is known to be gone. Before that, a pooled session of it would still take a write, and then nobody knows.
    /// </summary>
    internal static Task GoneAsync(this ResilientDataSource db, PostgresServer server) => Eventually.TrueAsync(
        () => db.Topology.Current.Primary is not { } primary || (primary.Endpoint.Address ?? primary.Endpoint.Host, primary.Endpoint.Port) != (server.Host, server.Port),
        () => db.Topology.ToString());

    internal static EndpointSnapshot Of(this ResilientDataSource db, PostgresServer server) =>
        db.Topology.Current.Endpoints.Single(e => e.Endpoint.Port == server.Port);
}
