using System.Data;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Commits;

/// <summary>The first statement of a transaction carries a note; its user must not notice. And what fails unseen must not be told as committed.</summary>
public sealed class FirstStatementTests
{
    [Theory]
    [InlineData("INSERT INTO t VALUES ($1, 'a;b')")]
    [InlineData("INSERT INTO t VALUES ($1, 'a') ; -- done")]
    [InlineData("INSERT INTO t /* ; */ VALUES ($1, 'a')")]
    public async Task A_semicolon_does_not_make_several_statements(string sql)
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();

        await db.TransactAsync(async (tx, token) =>
        {
            await using var insert = tx.CreateCommand(sql);
            insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 1 });
            Assert.Equal(1, await insert.ExecuteNonQueryAsync(token));
        }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task Output_parameters_are_filled()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();

        await db.TransactAsync(async (tx, token) =>
        {
            await using var call = tx.CreateCommand("double_it");
            call.CommandType = CommandType.StoredProcedure;
            var parameter = new NpgsqlParameter<int>("n", 21) { Direction = ParameterDirection.InputOutput };
            call.Parameters.Add(parameter);
            await call.ExecuteNonQueryAsync(token);
            Assert.Equal(42, parameter.Value);
        }, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_batch_stays_as_it_is()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;

        await db.TransactAsync(async (tx, token) =>
        {
            var batch = tx.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO t VALUES (40, 'x') RETURNING id"));
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(40, await batch.ExecuteScalarAsync(token));
                Assert.Single(batch.BatchCommands);
                Assert.Equal(1, batch.BatchCommands[0].RecordsAffected);
            }
        }, cancellationToken: ct);
    }

    [Fact]
    public async Task Behaviors_hold()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();

        await db.TransactAsync(async (tx, token) =>
        {
            await using var insert = tx.CreateCommand("INSERT INTO t SELECT x, 'x' FROM generate_series(1, 5) x RETURNING id");
            await using (var schema = await insert.ExecuteReaderAsync(CommandBehavior.SchemaOnly, token))
            {
                Assert.False(await schema.ReadAsync(token));
            }

            await using var first = await insert.ExecuteReaderAsync(CommandBehavior.SingleRow, token);
            Assert.True(await first.ReadAsync(token));
            Assert.False(await first.ReadAsync(token));
        }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(5, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task Settings_may_come_first()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();

        var commit = await db.TransactAsync(async (tx, token) =>
        {
            await using var set = tx.CreateCommand("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            await set.ExecuteNonQueryAsync(token);
            await using var insert = tx.CreateCommand("INSERT INTO t VALUES (1, current_setting('transaction_isolation'))");
            await insert.ExecuteNonQueryAsync(token);
        }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotNull(commit.Xid);
        Assert.Equal("serializable", await db.ReadAsync<string>("SELECT name FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task An_error_among_the_rows_dooms_the_transaction()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();

        var error = await Assert.ThrowsAsync<PostgresException>(() => db.TransactAsync(async (tx, token) =>
        {
            await using var insert = tx.CreateCommand("INSERT INTO t VALUES (2, 'a')");
            await insert.ExecuteNonQueryAsync(token);
            await Assert.ThrowsAsync<PostgresException>(async () =>
            {
                await using var divide = tx.CreateCommand("SELECT 1 / (2000 - i) FROM generate_series(1, 3000) i");
                await using var reader = await divide.ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token))
                {
                    // Until it fails.
                }
            });
        }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal("25P02", error.SqlState);
        Assert.Equal(0, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task An_error_on_the_session_s_own_connection_dooms_it_too()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var connection = await db.OpenConnectionAsync(ct);
        var raw = connection.Session;

        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Resilient.ScalarAsync<int>(raw, "INSERT INTO t VALUES (6, 'a') RETURNING id", ct);
        await Assert.ThrowsAsync<PostgresException>(() => Resilient.ScalarAsync<int>(raw, "SELECT 1 / 0", ct));

        await Assert.ThrowsAsync<PostgresException>(() => transaction.CommitAsync(ct));
    }

    [Fact]
    public async Task A_transaction_ends_once()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var first = await connection.BeginTransactionAsync(ct);
        await first.RollbackAsync(ct);
        await Assert.ThrowsAsync<InvalidOperationException>(() => first.CommitAsync(ct));
        await using var second = (ResilientTransaction)await connection.BeginTransactionAsync(ct);
        await using (var insert = second.CreateCommand("INSERT INTO t VALUES (1, 'a')"))
        {
            await insert.ExecuteNonQueryAsync(ct);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => first.CommitAsync(ct));
        await second.RollbackAsync(ct);

        Assert.Equal(0, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_view_may_write_and_is_not_taken_for_a_read()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        Assert.Equal(StatementKind.Session, db.ExplainRouting("SELECT x FROM writing").Verdict.Kind);

        var commit = await db.TransactAsync(async (tx, token) =>
        {
            await using var select = tx.CreateCommand("SELECT x FROM writing");
            Assert.Equal(1, await select.ExecuteScalarAsync(token));
        }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotNull(commit.Xid);
        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    static async Task<PostgresCluster> StartAsync()
    {
        var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = Resilient.Over(cluster);
        await db.WriteAsync("""
            CREATE TABLE t (id int, name text);
            CREATE PROCEDURE double_it(INOUT n int) LANGUAGE plpgsql AS 'BEGIN n := n * 2; END';
            CREATE FUNCTION put() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1, ''x'') RETURNING id';
            CREATE VIEW writing AS SELECT put() AS x;
            """);
        return cluster;
    }
}
