using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Commits;

/// <summary>Commits guarded by a row, on servers that are well: what is noted, where, and what is said where that can't be.</summary>
public sealed class TokenRowTests
{
    [Fact]
    public async Task A_transaction_leaves_its_token_and_nothing_else_changes()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster, configure: Guarded).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");

        var commit = await db.TransactAsync(async (tx, ct) =>
        {
            await using var count = tx.CreateCommand("SELECT count(*) FROM t");
            Assert.Equal(0L, await count.ExecuteScalarAsync(ct));
            await using var insert = tx.CreateCommand("INSERT INTO t SELECT generate_series(1, 3)");
            Assert.Equal(3, await insert.ExecuteNonQueryAsync(ct));
        });
        await db.TransactAsync(static async (tx, ct) =>
        {
            await using var several = tx.CreateCommand("UPDATE t SET id = id WHERE id <= @most; DELETE FROM t WHERE id = 3");
            several.Parameters.AddWithValue("most", 2);
            Assert.Equal(3, await several.ExecuteNonQueryAsync(ct));
        });
        await db.TransactAsync(static async (tx, ct) =>
        {
            await using var batch = tx.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO t VALUES (1)"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT count(*) FROM t"));
            Assert.Equal(1, await batch.ExecuteNonQueryAsync(ct));
        });
        await db.TransactAsync(static async (tx, ct) =>
        {
            await using var raw = new NpgsqlCommand("INSERT INTO t VALUES (9)", tx.NpgsqlConnection);
            await raw.ExecuteNonQueryAsync(ct);
        });
        await db.TransactAsync(static async (tx, ct) =>
        {
            await using var select = tx.CreateCommand("SELECT count(*) FROM t");
            Assert.Equal(4L, await select.ExecuteScalarAsync(ct));
        });

        Assert.Equal("committed", await db.ReadAsync<string>($"SELECT pg_xact_status('{commit.Xid}')", ReadPreference.Primary));
        Assert.Equal(1u, commit.Timeline);
        Assert.NotNull(commit.Lsn);
        Assert.Equal(4, await db.ReadAsync<long>("SELECT count(*) FROM resilient_postgres.commits WHERE NOT is_claim", ReadPreference.Primary));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("text")]
    [InlineData("raw")]
    public async Task A_rollback_to_a_savepoint_does_not_take_the_token_along(string how)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster, configure: Guarded).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");

        await db.TransactAsync(async (tx, ct) =>
        {
            await (how switch
            {
                "api" => tx.SaveAsync("s", ct),
                "text" => ExecuteAsync(tx, "SAVEPOINT s"),
                _ => RawAsync(tx, "SAVEPOINT s"),
            });
            await ExecuteAsync(tx, "INSERT INTO t VALUES (1)");
            await (how switch
            {
                "api" => tx.RollbackAsync("s", ct),
                "text" => ExecuteAsync(tx, "ROLLBACK TO SAVEPOINT s"),
                _ => RawAsync(tx, "ROLLBACK TO SAVEPOINT s"),
            });
            await ExecuteAsync(tx, "INSERT INTO t VALUES (2)");
        });

        Assert.Equal(2, await db.ReadAsync<int>("SELECT sum(id)::int FROM t", ReadPreference.Primary));
        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM resilient_postgres.commits", ReadPreference.Primary));
    }

    [Fact]
    public async Task Without_its_table_it_says_so_once_and_goes_on()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        using var log = new RecordedLog();
        await using var db = await Resilient.Over(
            Resilient.Through(cluster, (cluster.Primary, proxy)), log, static b => b.Options.Commits.Guard = CommitGuard.TokenRow).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await db.TransactAsync(static (tx, _) => ExecuteAsync(tx, "INSERT INTO t VALUES (1)"));

        var unknown = await Assert.ThrowsAsync<CommitOutcomeUnknownException>(() => db.TransactAsync(async (tx, ct) =>
        {
            await ExecuteAsync(tx, "INSERT INTO t VALUES (2)");
            proxy.Freeze(ProxyDirection.ToClient);
            _ = LostReplyTests.CutAsync(proxy);
        }));

        Assert.False(unknown.IsTransient);
        var said = Assert.Single(log.Lines, static l => l.Id == 3006).Text;
        Assert.Contains("CREATE TABLE IF NOT EXISTS resilient_postgres.commits (token uuid PRIMARY KEY", said, StringComparison.Ordinal);
        Assert.Contains("does not exist", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documented_statements_and_grants_are_enough()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        using var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log, static b =>
        {
            b.Options.Commits.Guard = CommitGuard.TokenRow;
            b.Options.Commits.TokenTable = "guards.tokens";
        }).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        var superuser = new NpgsqlConnectionStringBuilder(cluster.Primary.ConnectionString) { Database = "app" }.ConnectionString;
        await Sql.ScalarAsync<object>(
            superuser,
            """
            CREATE SCHEMA IF NOT EXISTS guards;
            CREATE TABLE IF NOT EXISTS guards.tokens (token uuid PRIMARY KEY, is_claim boolean NOT NULL DEFAULT false, at timestamptz NOT NULL DEFAULT now());
            GRANT USAGE ON SCHEMA guards TO app;
            GRANT SELECT, INSERT, DELETE ON guards.tokens TO app;
            """);

        await db.TransactAsync(static (tx, _) => ExecuteAsync(tx, "INSERT INTO t VALUES (1)"));

        Assert.Equal(0, log.Count(3006));
        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM guards.tokens", ReadPreference.Primary));
    }

    [Fact]
    public async Task Old_tokens_are_purged_and_young_ones_stay()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster, configure: Guarded).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await db.TransactAsync(static (tx, _) => ExecuteAsync(tx, "INSERT INTO t VALUES (1)"));
        var long_ago = Guid.CreateVersion7(DateTimeOffset.UtcNow - TimeSpan.FromDays(2));
        await db.WriteAsync($"INSERT INTO resilient_postgres.commits VALUES ('{long_ago}', false, now() - interval '2 days'), (gen_random_uuid(), true, now())");
        await using var connection = new NpgsqlConnection(Sql.Unpooled(cluster.ConnectionString));
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        var mayBeMore = await db.Cluster.Ports.Tokens.PurgeAsync(
            connection, "resilient_postgres.commits", TimeSpan.FromDays(1), TestContext.Current.CancellationToken);

        Assert.False(mayBeMore);
        Assert.Equal(2, await db.ReadAsync<long>("SELECT count(*) FROM resilient_postgres.commits", ReadPreference.Primary));
        Assert.Equal(0, await db.ReadAsync<long>($"SELECT count(*) FROM resilient_postgres.commits WHERE token = '{long_ago}'", ReadPreference.Primary));
    }

    internal static void Guarded(ResilientDataSourceBuilder builder)
    {
        builder.Options.Commits.Guard = CommitGuard.TokenRow;
        builder.Options.Commits.CreatesTokenTable = true;
    }

    internal static async Task ExecuteAsync(ResilientTransaction tx, string sql)
    {
        await using var command = tx.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    static async Task RawAsync(ResilientTransaction tx, string sql)
    {
        await using var command = new NpgsqlCommand(sql, tx.NpgsqlConnection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
