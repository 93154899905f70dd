using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Faults;

/// <summary>Commands that take longer than they were allowed to, on a server that is well.</summary>
public sealed class CommandTimeoutTests
{
    [Fact]
    public async Task In_a_transaction_it_is_not_run_again()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var runs = 0;

        var error = await Assert.ThrowsAsync<CallFailedException>(() => db.TransactAsync(async (tx, ct) =>
        {
            runs++;
            await using var command = tx.CreateCommand("SELECT pg_sleep(20)");
            command.CommandTimeout = 1;
            await command.ExecuteNonQueryAsync(ct);
        }));

        Assert.Equal(1, runs);
        Assert.Contains("the CommandTimeout of a command was over", error.Message, StringComparison.Ordinal);
        Assert.Equal(FaultKind.Timeout, Assert.Single(error.Attempts).Kind);
    }

    [Fact]
    public async Task In_a_transaction_on_a_server_that_has_frozen_it_is()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy))).ReadyAsync();
        var runs = 0;

        await db.TransactAsync(async (tx, ct) =>
        {
            if (++runs == 1)
            {
                proxy.Freeze();
            }
            else
            {
                proxy.Thaw();
            }

            await using var command = tx.CreateCommand("SELECT 1");
            command.CommandTimeout = 1;
            var running = command.ExecuteNonQueryAsync(ct);
            if (runs == 1)
            {
                await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(8), ct));
                proxy.ResetAll();
                proxy.Thaw();
            }

            await running;
        });

        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task In_a_read_s_delegate_it_is_not_run_again()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();

        var error = await Assert.ThrowsAsync<CallFailedException>(() => db.ReadAsync<object>(SleepAsync, ReadPreference.Primary, TestContext.Current.CancellationToken));

        Assert.Single(error.Attempts);
    }

    [Fact]
    public async Task A_write_that_the_server_has_cancelled_was_not_applied()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await using var insert = db.CreateCommand("INSERT INTO t SELECT 1 FROM pg_sleep(20)");
        insert.CommandTimeout = 1;

        var error = await Assert.ThrowsAsync<CallFailedException>(() => insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal(FaultEffect.NotApplied, error.Effect);
        Assert.Contains("its CommandTimeout of 1 s was over", error.Message, StringComparison.Ordinal);
        Assert.Single(error.Attempts);
        Assert.Equal(0L, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    static async Task<object> SleepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_sleep(20)", connection) { CommandTimeout = 1 };
        return (await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
