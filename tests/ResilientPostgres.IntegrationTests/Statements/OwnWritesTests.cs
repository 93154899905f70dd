using System.Data;
using System.Transactions;
using Dapper;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using IsolationLevel = System.Data.IsolationLevel;

namespace ResilientPostgres.IntegrationTests.Statements;

/// <summary>A connection sees its own writes, whatever became of them, while the standbys replay nothing; and what it held ends with it.</summary>
public sealed class OwnWritesTests
{
    const string Count = "SELECT count(*)::int FROM t";

    [Fact]
    public async Task After_a_lost_answer_the_effect_is_looked_for_on_the_primary()
    {
        await using var cluster = await StartAsync();
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await PausedAsync(cluster, Resilient.Through(cluster, (cluster.Primary, proxy)));
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        proxy.Freeze(ProxyDirection.ToClient);
        var inserting = connection.ExecuteAsync("INSERT INTO t VALUES (1)");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        proxy.ResetAll();
        proxy.Thaw(ProxyDirection.ToClient);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => inserting);

        if (connection.State == ConnectionState.Closed)
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, await connection.ExecuteScalarAsync<int>(Count));
    }

    [Fact]
    public async Task Writes_by_the_session_itself_count()
    {
        await using var cluster = await StartAsync();
        await using var db = await PausedAsync(cluster, cluster.ConnectionString);
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await Resilient.ScalarAsync<int>(connection.Session, "INSERT INTO t VALUES (1) RETURNING id", TestContext.Current.CancellationToken);

        await connection.CloseAsync();
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, await connection.ExecuteScalarAsync<int>(Count));
    }

    [Fact]
    public async Task Writes_of_a_scope_count_from_its_end()
    {
        await using var cluster = await StartAsync();
        await using var db = await PausedAsync(cluster, cluster.ConnectionString);
        await using var connection = db.CreateConnection();
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await connection.ExecuteAsync("INSERT INTO t VALUES (1)");
            await connection.CloseAsync();
            await Task.Delay(1200, TestContext.Current.CancellationToken);
            scope.Complete();
        }

        await connection.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>(Count));
    }

    [Fact]
    public async Task A_transaction_ends_with_its_connection()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var connection = await db.OpenConnectionAsync(ct);
        var first = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync("INSERT INTO t VALUES (1)", transaction: first);
        await connection.CloseAsync();
        await connection.OpenAsync(ct);
        await Assert.ThrowsAsync<InvalidOperationException>(() => first.CommitAsync(ct));
        await using var second = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync("INSERT INTO t VALUES (2)", transaction: second);
        await Assert.ThrowsAsync<InvalidOperationException>(() => first.CommitAsync(ct));
        await second.RollbackAsync(ct);

        Assert.Equal(0, await connection.ExecuteScalarAsync<int>(Count));
    }

    [Fact]
    public async Task A_refused_commit_leaves_the_connection_fit_for_use()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var connection = await db.OpenConnectionAsync(ct);
        var transaction = await connection.BeginTransactionAsync(ct);
        await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("SELECT 1 / 0", transaction: transaction));

        Assert.Equal("22012", (await Assert.ThrowsAsync<PostgresException>(() => transaction.CommitAsync(ct))).SqlState);
        await transaction.RollbackAsync(ct);

        await connection.ExecuteAsync("INSERT INTO t VALUES (1)");
        await using var next = await connection.BeginTransactionAsync(ct);
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>(Count, transaction: next));
    }

    [Fact]
    public async Task A_lock_comes_before_the_snapshot()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var other = await db.OpenConnectionAsync(ct);
        await using var locking = await other.BeginTransactionAsync(ct);
        await other.ExecuteAsync("LOCK TABLE t IN EXCLUSIVE MODE", transaction: locking);
        await other.ExecuteAsync("INSERT INTO t VALUES (1)", transaction: locking);
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var waiting = connection.ExecuteAsync("LOCK TABLE t IN EXCLUSIVE MODE", transaction: transaction);
        await Task.Delay(200, ct);
        await locking.CommitAsync(ct);
        await waiting;

        Assert.Equal(1, await connection.ExecuteScalarAsync<int>(Count, transaction: transaction));
    }

    [Fact]
    public async Task A_command_s_own_limit_counts()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster, configure: static b =>
        {
            b.Options.AttemptTimeout = TimeSpan.FromSeconds(1);
            b.Options.TotalTimeout = TimeSpan.FromSeconds(2);
        }).ReadyAsync();
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);

        Assert.Equal("long", await connection.ExecuteScalarAsync<string>("SELECT 'long' FROM pg_sleep(3)", commandTimeout: 20));

        var since = System.Diagnostics.Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<CallFailedException>(() => connection.ExecuteScalarAsync<string>("SELECT 'long' FROM pg_sleep(9)", commandTimeout: 1));
        Assert.Single(error.Attempts);
        Assert.InRange(since.Elapsed.TotalSeconds, 0.9, 3);
    }

    [Fact]
    public async Task A_new_view_is_known_soon()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("CREATE VIEW fresh AS SELECT pg_try_advisory_lock(99) AS got");

        await Eventually.TrueAsync(() => db.ExplainRouting("SELECT got FROM fresh").Verdict.Kind == StatementKind.Session);
        using var another = db.CreateCommand("CREATE VIEW another AS SELECT pg_try_advisory_lock(98) AS got");
        Assert.Equal(StatementKind.Read, db.ExplainRouting("SELECT got FROM another").Verdict.Kind);
        another.ExecuteNonQuery();
        await Eventually.TrueAsync(() => db.ExplainRouting("SELECT got FROM another").Verdict.Kind == StatementKind.Session);
    }

    static async Task<PostgresCluster> StartAsync()
    {
        var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = Resilient.Over(cluster);
        await db.WriteAsync("CREATE TABLE t (id int)");
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        return cluster;
    }

    static async Task<ResilientDataSource> PausedAsync(PostgresCluster cluster, string connectionString)
    {
        var db = await Resilient.Over(connectionString, configure: static b => b.Options.MaxReplicationLag = TimeSpan.FromMinutes(5)).ReadyAsync();
        await cluster.PauseReplayAsync(cluster.Standbys[0]);
        return db;
    }
}
