using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Freshness;

/// <summary>Limits on lag that probes alone could not hold.</summary>
public sealed class LimitTests
{
    const string Where = "SELECT current_setting('port')::int";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_limit_of_50_ms_is_met_by_a_standby_that_keeps_up_and_not_by_one_that_does_not()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var standby = cluster.Standbys[0];
        await ElsewhereAsync(cluster, "CREATE TABLE kept (value int)");
        await cluster.WaitForReplayAsync(standby, Token);

        await Eventually.TrueAsync(() => PortAsync(db, 50).GetAwaiter().GetResult() == standby.Port);
        var there = 0;
        for (var i = 0; i < 100; i++)
        {
            there += await PortAsync(db, 50) == standby.Port ? 1 : 0;
        }

        Assert.True(there > 60, $"{there} of 100");

        await cluster.PauseReplayAsync(standby, Token);
        await ElsewhereAsync(cluster, "INSERT INTO kept VALUES (1)");
        await Task.Delay(60, Token);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(cluster.Primary.Port, await PortAsync(db, 50));
            Assert.Equal(1L, await db.ReadAsync((c, ct) => Resilient.ScalarAsync<long>(c, "SELECT count(*) FROM kept", ct), new ReadOptions { MaxReplicationLag = TimeSpan.FromMilliseconds(50) }, Token));
        }
    }

    [Fact]
    public async Task A_limit_in_bytes_keeps_out_who_is_too_far_behind()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster, null, static b =>
        {
            b.Options.MaxReplicationLagBytes = 10_000;
            b.Options.MaxReplicationLag = TimeSpan.FromMinutes(1);
        }).ReadyAsync();
        var standby = cluster.Standbys[0];
        await Eventually.TrueAsync(() => PortAsync(db, null).GetAwaiter().GetResult() == standby.Port);

        await cluster.PauseReplayAsync(standby, Token);
        await ElsewhereAsync(cluster, "CREATE TABLE kept AS SELECT generate_series(1, 5000)");
        await Eventually.TrueAsync(() => PortAsync(db, null).GetAwaiter().GetResult() == cluster.Primary.Port);
        await cluster.ResumeReplayAsync(standby, Token);
        await Eventually.TrueAsync(() => PortAsync(db, null).GetAwaiter().GetResult() == standby.Port);
    }

    static async Task<int> PortAsync(ResilientDataSource db, int? maxLag)
    {
        await using var command = db.CreateCommand(Where);
        command.MaxReplicationLag = maxLag is { } limit ? TimeSpan.FromMilliseconds(limit) : null;
        return (int)(await command.ExecuteScalarAsync(Token))!;
    }

    /// <summary>As another program would.</summary>
    static Task ElsewhereAsync(PostgresCluster cluster, string sql) => Sql.ScalarAsync<object>(
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = cluster.Primary.Host, Port = cluster.Primary.Port }.ConnectionString, sql);
}
