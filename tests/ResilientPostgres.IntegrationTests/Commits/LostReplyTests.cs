using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Commits;

/// <summary>COMMIT is sent and its answer does not come.</summary>
public sealed class LostReplyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_a_server_that_lives_the_outcome_is_found_out(bool reachesTheServer)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy))).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        var runs = 0;

        var commit = await db.TransactAsync(async (tx, ct) =>
        {
            runs++;
            await using var insert = tx.CreateCommand("INSERT INTO t VALUES (1)");
            await insert.ExecuteNonQueryAsync(ct);
            if (runs == 1)
            {
                proxy.Freeze(reachesTheServer ? ProxyDirection.ToClient : ProxyDirection.ToServer);
                _ = CutAsync(proxy);
            }
        });

        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
        Assert.Equal(reachesTheServer ? 1 : 2, runs);
        Assert.Equal(reachesTheServer, commit.Evidence is not null);
    }

    [Fact]
    public async Task A_guarded_command_of_its_own_is_found_out_too()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(
            Resilient.Through(cluster, (cluster.Primary, proxy)), configure: static b => b.Options.Commits.AutocommitGuard = true).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await using var command = db.CreateCommand("INSERT INTO t SELECT $1 FROM pg_sleep(0.3)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 5 });

        var write = command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await Task.Delay(150, TestContext.Current.CancellationToken);
        proxy.Freeze(ProxyDirection.ToClient);
        await Task.Delay(400, TestContext.Current.CancellationToken);
        proxy.ResetAll();
        proxy.Thaw();

        Assert.Equal(1, await write);
        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Fact]
    public async Task After_a_promotion_that_lost_it_it_is_done_again()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster, configure: static b => b.Options.Commits.LedgerCapacity = 100).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        var lost = new TaskCompletionSource<WritesLostEventArgs>();
        db.WritesLost += (_, e) => lost.TrySetResult(e);
        await Insert(db, 1, "kept");
        var standby = new NpgsqlConnectionStringBuilder(cluster.Standbys[0].ConnectionString) { Database = "app" }.ConnectionString;
        await Eventually.TrueAsync(() => Sql.ScalarAsync<long>(standby, "SELECT count(*) FROM t").GetAwaiter().GetResult() == 1);

        // The standby hears no more; what is acknowledged now is lost with the primary.
        var primary = cluster.Primary;
        await cluster.DisconnectFromPrimaryAsync(cluster.Standbys[0]);
        await Insert(db, 2, "lost");
        await cluster.KillAsync(primary);
        await cluster.PromoteAsync(cluster.Standbys[0]);

        await Insert(db, 3, "after");
        var told = await lost.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(["lost"], told.Lost.Select(static l => l.Tag));
        Assert.Empty(told.Undecided);
        Assert.Equal(4, await db.ReadAsync<long>("SELECT sum(id) FROM t", ReadPreference.Primary));
    }

    static Task<CommitRecord> Insert(ResilientDataSource db, int id, string tag) => db.TransactAsync(
        async (tx, ct) =>
        {
            await using var insert = tx.CreateCommand($"INSERT INTO t VALUES ({id})");
            await insert.ExecuteNonQueryAsync(ct);
        },
        new TransactOptions { Tag = tag });

    internal static async Task CutAsync(ChaosProxy proxy)
    {
        await Task.Delay(100);
        proxy.ResetAll();
        proxy.Thaw();
    }
}
