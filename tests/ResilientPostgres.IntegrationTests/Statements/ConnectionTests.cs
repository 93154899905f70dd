using System.Data;
using System.Transactions;
using Dapper;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Statements;

/// <summary>What a connection does that holds no session of its own.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task One_reader_at_a_time_and_closed_with_the_connection()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var connection = await db.OpenConnectionAsync(ct);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT generate_series(1, 1000)";

        var reader = await command.ExecuteReaderAsync(ct);
        using var second = connection.CreateCommand();
        second.CommandText = "SELECT 1";
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.ExecuteScalarAsync(ct));
        second.CommandText = "CREATE TABLE t (id int)";
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.ExecuteNonQueryAsync(ct));
        await reader.DisposeAsync();
        await second.ExecuteNonQueryAsync(ct);

        reader = await command.ExecuteReaderAsync(ct);
        await connection.CloseAsync();
        Assert.True(reader.IsClosed);
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints.All(static e => e.InFlight == 0));

        await connection.OpenAsync(ct);
        reader = await command.ExecuteReaderAsync(CommandBehavior.CloseConnection, ct);
        await reader.DisposeAsync();
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task Sessions_of_both_kinds_stay_within_one_limit()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster.ConnectionString + ";Maximum Pool Size=10").ReadyAsync();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await using var connection = await db.OpenConnectionAsync();
            Assert.Equal(i, await connection.ExecuteScalarAsync<int>("SELECT @i::int FROM pg_sleep(0.005)", new { i }));
            if (i % 2 == 0)
            {
                await connection.ExecuteAsync("SELECT set_config('my.own', '1', false)");
            }
        }));

        foreach (var server in cluster.Servers)
        {
            Assert.InRange(await Resilient.ScalarAsync<long>(await OpenAsync(server.ConnectionString), "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND pid <> pg_backend_pid()", TestContext.Current.CancellationToken), 1, 10);
        }

        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints.All(static e => e.InFlight == 0));
    }

    [Fact]
    public async Task Nothing_of_one_user_is_left_for_the_next()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster.ConnectionString + ";Maximum Pool Size=4").ReadyAsync();
        for (var i = 0; i < 10; i++)
        {
            await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
            Assert.Equal("", await connection.ExecuteScalarAsync<string>("SELECT coalesce(current_setting('my.own', true), '')"));
            await connection.ExecuteAsync("SELECT set_config('my.own', 'secret', false)");
            Assert.Equal("secret", await connection.ExecuteScalarAsync<string>("SELECT current_setting('my.own', true)"));
            Assert.Equal("", await db.CreateCommand("SELECT coalesce(current_setting('my.own', true), '')").ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_changed_table_does_not_fail_prepared_reads()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
            {
                await using var reader = await db.CreateCommand("SELECT * FROM t").ExecuteReaderAsync(TestContext.Current.CancellationToken);
                Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
            }));
            await db.WriteAsync($"ALTER TABLE t ADD COLUMN c{round} int");
            await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        }
    }

    [Fact]
    public async Task In_a_transaction_scope_everything_is_in_the_transaction()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
            await connection.ExecuteAsync("INSERT INTO t VALUES (1)");
            Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT count(*)::int FROM t"));
            await connection.CloseAsync();
            Assert.Equal(1, await db.CreateCommand("SELECT count(*)::int FROM t").ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(0, await db.ReadAsync<int>("SELECT count(*)::int FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task Switched_off_a_connection_holds_its_session_from_the_start()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster, configure: static b => b.Options.StatementRouting.Enabled = false).ReadyAsync();
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);

        Assert.Equal($"127.0.0.1:{cluster.Primary.Port}", connection.DataSource);
        Assert.Equal(cluster.Primary.Port, await connection.ExecuteScalarAsync<int>("SELECT current_setting('port')::int"));
        Assert.Equal(cluster.Primary.Port, (int)(await db.CreateCommand("SELECT current_setting('port')::int").ExecuteScalarAsync(TestContext.Current.CancellationToken))!);
    }

    [Fact]
    public async Task The_synchronous_members_route_too()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        using var connection = db.OpenConnection();
        Assert.Equal(cluster.Standbys[0].Port, connection.ExecuteScalar<int>("SELECT current_setting('port')::int"));
        Assert.Equal([1, 2, 3], connection.Query<int>("SELECT generate_series(1, 3)"));
        connection.Execute("CREATE TABLE t (id int)");
        Assert.Equal(1, connection.Execute("INSERT INTO t VALUES (1)"));
        Assert.Equal([1], connection.Query<int>("SELECT id FROM t"));
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM t";
        command.Prepare();
        Assert.Equal(1, command.ExecuteScalar());
        Assert.Equal("app", connection.Database);
        Assert.StartsWith("15", connection.ServerVersion, StringComparison.Ordinal);
        Assert.NotEmpty(connection.GetSchema("Tables").Rows);
    }

    static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }
}
