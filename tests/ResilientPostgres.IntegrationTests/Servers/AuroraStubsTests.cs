using Npgsql;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Servers;

public sealed class AuroraStubsTests
{
    const string Writer = "SELECT server_id FROM pg_catalog.aurora_replica_status() WHERE session_id = 'MASTER_SESSION_ID'";
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_say_who_they_are_and_who_writes()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 1);
        var stubs = await AuroraStubs.InstallAsync(cluster, cancellationToken: Cancelled);
        var (first, second) = (cluster.Servers[0], cluster.Servers[1]);

        foreach (var server in cluster.Servers)
        {
            Assert.Equal("15.4.2", await ScalarAsync<string>(server, "SELECT pg_catalog.aurora_version()"));
            Assert.Equal(AuroraStubs.InstanceOf(server), await ScalarAsync<string>(server, "SELECT pg_catalog.aurora_db_instance_identifier()"));
            Assert.Equal("instance-1", await ScalarAsync<string>(server, Writer));
        }

        const string Lag = "SELECT replica_lag_in_msec FROM aurora_replica_status() WHERE server_id = 'instance-2'";
        await stubs.SetLagAsync(second, TimeSpan.FromMilliseconds(250), Cancelled);
        Assert.Equal(250.0, await ScalarAsync<double>(second, Lag));
        await stubs.SetLagAsync(second, null, Cancelled);
        Assert.IsType<DBNull>(await ScalarAsync<object>(second, Lag));

        await stubs.SetListedAsync(second, false, Cancelled);
        Assert.Equal(1L, await ScalarAsync<long>(first, "SELECT count(*) FROM aurora_replica_status()"));
        await stubs.SetListedAsync(second, true, Cancelled);

        await cluster.SwitchoverAsync(second, Cancelled);
        Assert.Equal("instance-2", await ScalarAsync<string>(first, Writer));
        Assert.Equal("instance-2", await ScalarAsync<string>(second, Writer));
        await stubs.SetWriterAsync(first, Cancelled);
        Assert.Equal("instance-1", await ScalarAsync<string>(second, Writer));
        await stubs.SetWriterAsync(null, Cancelled);
        Assert.Equal("instance-2", await ScalarAsync<string>(second, Writer));
    }

    [Theory]
    [InlineData(WalFunctions.NeedLogical, PostgresErrorCodes.ObjectNotInPrerequisiteState, "wal_level must be set to 'logical'")]
    [InlineData(WalFunctions.NotSupported, PostgresErrorCodes.FeatureNotSupported, "Function pg_current_wal_lsn() is currently not supported for Aurora")]
    public async Task Functions_of_the_log_raise(WalFunctions functions, string state, string message)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 1);
        await AuroraStubs.InstallAsync(cluster, new AuroraStubsOptions { WalFunctions = functions }, Cancelled);

        await RaisesAsync(cluster.Primary, "SELECT pg_catalog.pg_current_wal_lsn()", state, message);
        await RaisesAsync(
            cluster.Servers[1],
            "SELECT pg_last_wal_replay_lsn()",
            PostgresErrorCodes.FeatureNotSupported,
            "Function pg_last_wal_replay_lsn() is currently not supported for Aurora");
        await RaisesAsync(
            cluster.Servers[1],
            "SELECT status FROM pg_stat_wal_receiver",
            PostgresErrorCodes.FeatureNotSupported,
            "Function pg_stat_get_wal_receiver() is currently not supported in Aurora");
        Assert.True(await ScalarAsync<bool>(cluster.Servers[1], "SELECT pg_is_in_recovery()"));
    }

    [Fact]
    public async Task A_Multi_AZ_cluster_shows_its_topology()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 1);
        var stubs = await AuroraStubs.InstallMultiAzAsync(cluster, cancellationToken: Cancelled);
        const string Source = "SELECT rds_tools.multi_az_db_cluster_source_dbi_resource_id()";
        foreach (var server in cluster.Servers)
        {
            Assert.Equal("db-PG1", await ScalarAsync<string>(server, Source));
            Assert.Equal(
                stubs.EndpointOf(server),
                await ScalarAsync<string>(server, "SELECT endpoint FROM rds_tools.show_topology('test') WHERE id = rds_tools.dbi_resource_id()"));
        }

        await cluster.SwitchoverAsync(cluster.Servers[1], Cancelled);
        Assert.Equal("db-PG2", await ScalarAsync<string>(cluster.Servers[0], Source));
    }

    static async Task RaisesAsync(PostgresServer server, string sql, string state, string message)
    {
        var exception = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync<object>(server, sql));
        Assert.Equal((state, message), (exception.SqlState, exception.MessageText));
    }

    /// <summary>As the ordinary role.</summary>
    static Task<T?> ScalarAsync<T>(PostgresServer server, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = "app", Database = "app" };
        return Sql.ScalarAsync<T>(settings.ConnectionString, sql);
    }
}
