using System.Globalization;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>
/// Gives a real cluster the functions of Aurora PostgreSQL, or of an RDS Multi-AZ DB cluster, in its database <c>app</c>.
/// They are modelled on the documented functions; nothing here was run on AWS.
/// </summary>
/// <remarks>
/// What they say follows the real roles: a primary names itself as the writer, and a standby the one it streams from.
/// The servers' real replication goes on underneath, and the harness uses another database, where all functions are PostgreSQL's own.
/// </remarks>
public sealed class AuroraStubs
{
    readonly PostgresCluster _cluster;
    readonly string _endpointSuffix;

    AuroraStubs(PostgresCluster cluster, string endpointSuffix)
    {
        _cluster = cluster;
        _endpointSuffix = endpointSuffix;
    }

    /// <summary>Makes the cluster an Aurora cluster, and waits until its standbys are instances of it too.</summary>
    public static async Task<AuroraStubs> InstallAsync(
        PostgresCluster cluster, AuroraStubsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new AuroraStubsOptions();
        var stubs = new AuroraStubs(cluster, options.EndpointSuffix);
        await stubs.CreateAsync(
            [AuroraSql.VersionFunction(options.Version), AuroraSql.Functions, .. AuroraSql.Raise(options.WalFunctions)], cancellationToken);
        return stubs;
    }

    /// <summary>Makes the cluster an RDS Multi-AZ DB cluster. The functions of the write-ahead log work there.</summary>
    public static async Task<AuroraStubs> InstallMultiAzAsync(
        PostgresCluster cluster, string endpointSuffix = "abcdefghijkl.eu-west-1.rds.amazonaws.com", CancellationToken cancellationToken = default)
    {
        var stubs = new AuroraStubs(cluster, endpointSuffix);
        await stubs.CreateAsync([MultiAzSql.Functions], cancellationToken);
        return stubs;
    }

    /// <summary>The instance's identifier: <c>instance-1</c> for <c>pg1</c>.</summary>
    public static string InstanceOf(PostgresServer server) => "instance-" + server.Name[2..];

    /// <summary>The name the topology gives the instance.</summary>
    public string EndpointOf(PostgresServer server) => $"{InstanceOf(server)}.{_endpointSuffix}";

    /// <summary>Sets what all instances say of a reader's lag; null for unknown.</summary>
    public Task SetLagAsync(PostgresServer server, TimeSpan? lag, CancellationToken cancellationToken = default) =>
        ChangeAsync("UPDATE stub.instances SET replica_lag_in_msec = $2 WHERE server_name = $1", server.Name, lag?.TotalMilliseconds, cancellationToken);

    /// <summary>Lets the topology name an instance, or no longer.</summary>
    public Task SetListedAsync(PostgresServer server, bool isListed, CancellationToken cancellationToken = default) =>
        ChangeAsync("UPDATE stub.instances SET listed = $2 WHERE server_name = $1", server.Name, isListed, cancellationToken);

    /// <summary>Lets all instances name one as the writer, whatever the roles are: a topology that is behind. Null ends that.</summary>
    public Task SetWriterAsync(PostgresServer? server, CancellationToken cancellationToken = default) =>
        ChangeAsync("UPDATE stub.writer SET server_name = $1 WHERE $2", server?.Name, true, cancellationToken);

    async Task CreateAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        await using var source = Source();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var sql in statements.Prepend(StubTable.Sql).Prepend("SET LOCAL allow_system_table_mods = on").Concat(_cluster.Servers.Select(InsertOf)))
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        await WaitForStandbysAsync(cancellationToken);
    }

    string InsertOf(PostgresServer server) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
         INSERT INTO stub.instances (server_name, server_id, resource_id, endpoint, host, port, replica_lag_in_msec)
         VALUES ('{server.Name}', '{InstanceOf(server)}', 'db-{server.Name.ToUpperInvariant()}', '{EndpointOf(server)}', '{server.Host}', {server.Port}, 10)
         ON CONFLICT DO NOTHING
         """);

    async Task ChangeAsync(string sql, object? first, object? second, CancellationToken cancellationToken)
    {
        await using var source = Source();
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = first ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = second ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await WaitForStandbysAsync(cancellationToken);
    }

    Task WaitForStandbysAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_cluster.Standbys.Where(standby => standby.IsRunning && !standby.IsFrozen).Select(standby => _cluster.WaitForReplayAsync(standby, cancellationToken)));

    NpgsqlDataSource Source() => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_cluster.Primary.ConnectionString)
    {
        Database = StubTable.Database,
        Pooling = false,
    });
}
