using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Commits;

/// <summary>Transactions on healthy servers: what they do, what they note, and what they refuse.</summary>
public sealed class TransactTests
{
    [Fact]
    public async Task A_transaction_commits_and_tells_of_it()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int PRIMARY KEY, name text)");

        var result = await db.TransactAsync(
            async (tx, ct) =>
            {
                await using var select = tx.CreateCommand("SELECT count(*) FROM t");
                Assert.Equal(0L, await select.ExecuteScalarAsync(ct));
                await using var insert = tx.CreateCommand("INSERT INTO t VALUES ($1, $2) RETURNING id");
                insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 7 });
                insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "seven" });
                var id = (int)(await insert.ExecuteScalarAsync(ct))!;
                await using var update = tx.CreateCommand("UPDATE t SET name = @name WHERE id = @id; UPDATE t SET name = name");
                update.Parameters.AddWithValue("name", "sept");
                update.Parameters.AddWithValue("id", 7);
                Assert.Equal(2, await update.ExecuteNonQueryAsync(ct));
                return id;
            },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(7, result.Value);
        Assert.Equal(1u, result.Commit.Timeline);
        Assert.NotNull(result.Commit.Lsn);
        Assert.Null(result.Commit.Evidence);
        Assert.Equal("committed", await db.ReadAsync<string>($"SELECT pg_xact_status('{result.Commit.Xid}')", ReadPreference.Primary));
        Assert.Equal("sept", await db.ReadAsync<string>("SELECT name FROM t", ReadPreference.Primary));
        Assert.Equal(0, db.Of(cluster.Primary).InFlight);
    }

    [Theory]
    [InlineData("INSERT INTO t VALUES (1)")]
    [InlineData("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")]
    [InlineData("INSERT INTO t SELECT x FROM generate_series(1, @many) x; UPDATE t SET id = id")]
    [InlineData("INSERT INTO t VALUES (length('a;b'))")]
    [InlineData("WITH w AS (INSERT INTO t VALUES (1) RETURNING id) SELECT id FROM w")]
    public async Task The_first_statement_may_be_any(string sql)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");

        var commit = await db.TransactAsync(async (tx, ct) =>
        {
            await using var command = tx.CreateCommand(sql);
            if (sql.Contains("@many", StringComparison.Ordinal))
            {
                command.Parameters.AddWithValue("many", 3);
            }

            await command.ExecuteNonQueryAsync(ct);
        });

        Assert.NotNull(commit.Timeline);
        Assert.True(await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary) >= 1);
    }

    [Fact]
    public async Task A_batch_and_the_raw_connection_are_noted_too()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");

        var batched = await db.TransactAsync(async (tx, ct) =>
        {
            await using var batch = tx.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO t VALUES (1)"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT count(*) FROM t"));
            Assert.Equal(1, await batch.ExecuteNonQueryAsync(ct));
        });
        var copied = await db.TransactAsync(async (tx, ct) =>
        {
            await using var import = await tx.NpgsqlConnection.BeginBinaryImportAsync("COPY t (id) FROM STDIN (FORMAT BINARY)", ct);
            await import.StartRowAsync(ct);
            await import.WriteAsync(2, ct);
            await import.CompleteAsync(ct);
        });

        Assert.NotNull(batched.Timeline);
        Assert.NotNull(copied.Timeline);
        Assert.True(copied.Xid > batched.Xid);
        Assert.Equal(2, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_read_only_transaction_notes_nothing_and_writes_nothing()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");

        var commit = await db.TransactAsync(static async (tx, ct) =>
        {
            await using var command = tx.CreateCommand("SELECT count(*) FROM t");
            await command.ExecuteScalarAsync(ct);
        });
        Assert.Null(commit.Xid);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => db.TransactAsync(
            static async (tx, ct) =>
            {
                await using var command = tx.CreateCommand("INSERT INTO t VALUES (1)");
                await command.ExecuteNonQueryAsync(ct);
            },
            new TransactOptions { IsReadOnly = true, MaxAttempts = 1 }));
        Assert.Equal("25006", refused.SqlState);
    }

    [Fact]
    public async Task A_swallowed_error_is_no_commit()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");

        var error = await Assert.ThrowsAsync<PostgresException>(() => db.TransactAsync(static async (tx, ct) =>
        {
            await using var insert = tx.CreateCommand("INSERT INTO t VALUES (1)");
            await insert.ExecuteNonQueryAsync(ct);
            await using var fails = tx.CreateCommand("SELECT 1 / 0");
            await Assert.ThrowsAsync<PostgresException>(() => fails.ExecuteScalarAsync(ct));
        }));

        Assert.Equal("22012", error.SqlState);
        Assert.Equal(0, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_serialization_failure_runs_it_again_whole()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int PRIMARY KEY, n int)");
        await db.WriteAsync("INSERT INTO t VALUES (1, 0)");
        var runs = 0;

        await db.TransactAsync(
            async (tx, ct) =>
            {
                await using var read = tx.CreateCommand("SELECT n FROM t WHERE id = 1");
                var n = (int)(await read.ExecuteScalarAsync(ct))!;
                if (++runs == 1)
                {
                    await db.WriteAsync("UPDATE t SET n = n + 10");
                }

                await using var write = tx.CreateCommand("UPDATE t SET n = $1");
                write.Parameters.Add(new NpgsqlParameter<int> { TypedValue = n + 1 });
                await write.ExecuteNonQueryAsync(ct);
            },
            new TransactOptions { IsolationLevel = System.Data.IsolationLevel.RepeatableRead });

        Assert.Equal(2, runs);
        Assert.Equal(11, await db.ReadAsync<int>("SELECT n FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task What_fails_after_COMMIT_does_not_undo_it()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        var superuser = new NpgsqlConnectionStringBuilder(cluster.Primary.ConnectionString) { Database = "app" }.ConnectionString;
        await Sql.ScalarAsync<object>(superuser, "REVOKE EXECUTE ON FUNCTION pg_current_wal_insert_lsn() FROM PUBLIC");
        var runs = 0;

        var commit = await db.TransactAsync(async (tx, ct) =>
        {
            runs++;
            await using var insert = tx.CreateCommand("INSERT INTO t VALUES (1)");
            await insert.ExecuteNonQueryAsync(ct);
        });

        Assert.Equal(1, runs);
        Assert.NotNull(commit.Xid);
        Assert.Null(commit.Lsn);
        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task The_ado_net_shell_commits_safely_too()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);

        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO t VALUES (1)";
            Assert.Equal(1, insert.ExecuteNonQuery());
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(((ResilientTransaction)transaction).Record!.Timeline);
        }

        await using (var transaction = (ResilientTransaction)await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var fails = transaction.CreateCommand("INSERT INTO nowhere VALUES (1)");
            Assert.Throws<PostgresException>(() => fails.ExecuteNonQuery());
            Assert.Equal("42P01", Assert.Throws<PostgresException>(transaction.Commit).SqlState);
        }

        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }
}
