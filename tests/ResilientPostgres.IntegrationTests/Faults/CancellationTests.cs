using System.Diagnostics;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Faults;

/// <summary>A caller's own deadline: on a healthy server the statement stops too, and on a frozen one the caller is free all the same.</summary>
public sealed class CancellationTests
{
    static readonly TimeSpan _deadline = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task On_a_healthy_server_the_statement_stops_and_the_session_lives()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var pid = await db.ReadAsync<int>("SELECT pg_backend_pid()", ReadPreference.Primary);

        var error = await Assert.ThrowsAsync<CallCanceledException>(() => CancelledAsync(ct => SleepAsync(db, ct)));

        Assert.Equal(FaultEffect.NotApplied, error.Effect);
        await Eventually.TrueAsync(() => db.Of(cluster.Primary).InFlight == 0);
        Assert.Equal(0L, await Sql.ScalarAsync<long>(cluster.Primary.ConnectionString, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid() AND state = 'active'"));
        Assert.Equal(pid, await db.ReadAsync<int>("SELECT pg_backend_pid()", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_single_command_confirmed_as_cancelled_was_not_applied()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");

        var error = await Assert.ThrowsAsync<CallCanceledException>(() => CancelledAsync(async ct =>
        {
            await using var command = db.CreateCommand("INSERT INTO t SELECT 1 FROM pg_sleep(20)");
            await command.ExecuteNonQueryAsync(ct);
        }));

        // Confirmed in time or not: what it says of the effect must be true.
        Assert.Equal(0L, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
        Assert.NotEqual(FaultEffect.Applied, error.Effect);
    }

    public static TheoryData<string> Ways => ["read", "write", "command", "reader", "bound", "bound reader", "transaction"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task On_a_frozen_server_the_caller_is_free(string way)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy))).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        proxy.Freeze();

        var since = Stopwatch.StartNew();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CancelledAsync(ct => RunAsync(db, connection, way, ct)));

        Assert.True(since.Elapsed < TimeSpan.FromSeconds(1.5), $"{way}: {since.ElapsedMilliseconds} ms");
        Assert.IsType<CallCanceledException>(error);
    }

    [Fact]
    public async Task A_synchronous_command_on_a_frozen_server_comes_back_by_its_timeout()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy))).ReadyAsync();
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO nowhere VALUES (1)";
        command.CommandTimeout = 1;
        Assert.NotNull(connection.Session);
        proxy.Freeze();

        var since = Stopwatch.StartNew();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Task.Run(() => command.ExecuteNonQuery()));

        Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), $"{since.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task A_hundred_cancelled_calls_do_not_stop_the_process()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var other = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy)) + ";Maximum Pool Size=120").ReadyAsync();
        await using var healthy = await Resilient.Over(other).ReadyAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => db.ReadAsync<int>("SELECT 1 FROM pg_sleep(0.1)", ReadPreference.Primary)));
        proxy.Freeze();

        var cancelled = Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Assert.ThrowsAnyAsync<Exception>(() => CancelledAsync(ct => SleepAsync(db, ct)))));
        var since = Stopwatch.StartNew();
        var slowest = TimeSpan.Zero;
        while (since.Elapsed < TimeSpan.FromSeconds(2))
        {
            var one = Stopwatch.StartNew();
            await healthy.ReadAsync<int>("SELECT 1", ReadPreference.Primary);
            slowest = one.Elapsed > slowest ? one.Elapsed : slowest;
        }

        Assert.All(await cancelled, static e => Assert.IsAssignableFrom<OperationCanceledException>(e));
        Assert.True(slowest < TimeSpan.FromSeconds(1.5), $"another data source waited {slowest.TotalMilliseconds:F0} ms");
    }

    static async Task CancelledAsync(Func<CancellationToken, Task> call)
    {
        using var caller = new CancellationTokenSource(_deadline);
        await call(caller.Token);
    }

    static Task SleepAsync(ResilientDataSource db, CancellationToken token) =>
        db.ReadAsync(static (c, ct) => Resilient.ScalarAsync<int>(c, "SELECT 1 FROM pg_sleep(20)", ct), ReadPreference.Primary, token);

    static async Task RunAsync(ResilientDataSource db, ResilientConnection connection, string way, CancellationToken token)
    {
        const string insert = "INSERT INTO t VALUES (1)";
        await using var command = way.StartsWith("bound", StringComparison.Ordinal) ? (ResilientCommand)connection.CreateCommand() : db.CreateCommand();
        command.CommandText = way.EndsWith("reader", StringComparison.Ordinal) ? "SELECT * FROM t" : insert;
        Task call = way switch
        {
            "read" => SleepAsync(db, token),
            "write" => db.WriteAsync((c, ct) => Resilient.ScalarAsync<int>(c, insert, ct), cancellationToken: token),
            "reader" or "bound reader" => command.ExecuteReaderAsync(token),
            "transaction" => db.TransactAsync(
                async (tx, ct) =>
                {
                    await using var write = tx.CreateCommand(insert);
                    await write.ExecuteNonQueryAsync(ct);
                },
                cancellationToken: token),
            _ => command.ExecuteNonQueryAsync(token),
        };
        await call;
    }
}
