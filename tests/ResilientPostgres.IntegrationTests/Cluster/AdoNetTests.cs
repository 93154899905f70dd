using System.Data;
using Dapper;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Cluster;

public sealed class AdoNetTests
{
    [Fact]
    public async Task A_connection_behaves_as_existing_code_expects()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var connection = db.CreateConnection();
        Assert.Equal(ConnectionState.Closed, connection.State);
        var states = new List<ConnectionState>();
        connection.StateChange += (_, e) => states.Add(e.CurrentState);
        await connection.OpenAsync(ct);

        await connection.ExecuteAsync("CREATE TEMP TABLE t (id int, name text)");
        await using (var transaction = await connection.BeginTransactionAsync(ct))
        {
            await connection.ExecuteAsync("INSERT INTO t VALUES (1, 'a')", transaction: transaction);
            await transaction.SaveAsync("here", ct);
            await connection.ExecuteAsync("INSERT INTO t VALUES (2, 'b')", transaction: transaction);
            await transaction.RollbackAsync("here", ct);
            await transaction.CommitAsync(ct);
        }

        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM t WHERE id = @id";
        command.Parameters.Add(new NpgsqlParameter("id", 1));
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            Assert.IsType<NpgsqlDataReader>(reader);
            Assert.True(await reader.ReadAsync(ct));
            Assert.Equal("a", reader.GetString(0));
        }

        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT count(*)::int FROM t"));
        await connection.CloseAsync();
        Assert.Equal([ConnectionState.Open, ConnectionState.Closed], states);
        Assert.Equal(0, db.Of(cluster.Primary).InFlight);
    }

    [Fact]
    public async Task A_connection_whose_session_died_can_be_opened_again()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("SET application_name = 'held'");
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        await cluster.KillAsync(cluster.Primary);
        await cluster.PromoteAsync(cluster.Standbys[0]);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.ExecuteAsync("SELECT 1"));
        Assert.Equal(ConnectionState.Closed, connection.State);

        await connection.OpenAsync(TestContext.Current.CancellationToken);

        Assert.Equal(cluster.Primary.Port, await connection.ExecuteScalarAsync<int>("SELECT inet_server_port()"));
    }

    [Fact]
    public async Task Dapper_takes_it_for_PostgreSQL()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await using var connection = db.CreateConnection();

        var found = await connection.QueryAsync<int>("SELECT n FROM generate_series(1, 10) n WHERE n = ANY(@wanted)", new { wanted = new[] { 3, 7, 42 } });

        Assert.Equal([3, 7], found);
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task Synchronous_members_work_also_on_a_caller_with_a_context_of_its_own()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = Resilient.Over(cluster);

        // Every continuation is queued to a thread that is blocked here: a captured context would never come back.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new BlackHole());
        try
        {
            using var connection = db.OpenConnection();
            using var transaction = connection.BeginTransaction();
            using var bound = connection.CreateCommand();
            bound.CommandText = "CREATE TABLE t AS SELECT 1 AS id";
            bound.Transaction = transaction;
            bound.ExecuteNonQuery();
            transaction.Commit();
            using var free = db.CreateCommand("SELECT id FROM t");
            using var reader = free.ExecuteReader();
            Assert.True(reader.Read());
            using var scalar = db.CreateCommand("SELECT count(*) FROM t");
            Assert.Equal(1L, scalar.ExecuteScalar());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    [Fact]
    public async Task Commands_without_a_connection_give_their_session_back()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster.ConnectionString + ";Maximum Pool Size=3").ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        for (var i = 0; i < 20; i++)
        {
            await using var command = db.CreateCommand("SELECT $1::int");
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = i });
            await using var reader = await command.ExecuteReaderAsync(ct);
            Assert.True(await reader.ReadAsync(ct));
            Assert.Equal(i, reader.GetInt32(0));
        }

        Assert.Equal(0, db.Of(cluster.Primary).InFlight);
    }

    [Fact]
    public async Task What_it_cannot_do_it_refuses_clearly()
    {
        await using var db = Resilient.Over("Host=127.0.0.1:1;Username=app;Password=secret");
        using var connection = db.CreateConnection();

        Assert.DoesNotContain("secret", connection.ConnectionString, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => db.WriteAsync("INSERT", OperationSafety.ReadOnly));
        Assert.Throws<NotSupportedException>(() => connection.ChangeDatabase("other"));
        Assert.Throws<NotSupportedException>(() => connection.ConnectionString = "Host=b");
        Assert.Throws<InvalidOperationException>(() => connection.Session);
        using var command = connection.CreateCommand();
        Assert.Throws<InvalidOperationException>(() => command.ExecuteNonQuery());
        command.CommandText = "SELECT 1";
        Assert.Throws<InvalidOperationException>(() => command.ExecuteScalar());
        Assert.Throws<ArgumentException>(() => command.Connection = new Npgsql.NpgsqlConnection());
    }

    sealed class BlackHole : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
