using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Testing;

public class FailoverTests(ITestOutputHelper output)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promote_AfterKill_OthersFollowAndOldPrimaryRejoins()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var oldPrimary = cluster.Primary;
        var (chosen, other) = (cluster.Standbys[0], cluster.Standbys[1]);
        await Sql.ExecuteAsync(oldPrimary, "CREATE TABLE thing(id int)");
        await Task.WhenAll(cluster.WaitForReplayAsync(chosen, Cancelled), cluster.WaitForReplayAsync(other, Cancelled));

        await cluster.KillAsync(oldPrimary, cancellationToken: Cancelled);
        Assert.False(oldPrimary.IsRunning);
        var duration = await cluster.PromoteAsync(chosen, cancellationToken: Cancelled);
        output.WriteLine($"Promoted in {duration.TotalMilliseconds:0} ms.");

        await Sql.ExecuteAsync(chosen, "INSERT INTO thing VALUES (1)");
        Assert.Same(chosen, cluster.Primary);
        Assert.Equal([other], cluster.Standbys);
        await cluster.WaitUntilStreamingAsync(other, Cancelled);

        await cluster.RejoinAsync(oldPrimary, Cancelled);
        foreach (var standby in cluster.Standbys)
        {
            await cluster.WaitForReplayAsync(standby, Cancelled);
            Assert.Equal(1, await Sql.ScalarAsync<int>(standby, "SELECT id FROM thing"));
        }

        Assert.Equal([oldPrimary, other], cluster.Standbys);
    }

    [Fact]
    public async Task Rejoin_OldPrimaryThatWroteOn_LosesWhatOnlyItHad()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var oldPrimary = cluster.Primary;
        await Sql.ExecuteAsync(oldPrimary, "CREATE TABLE thing(id int)");
        await cluster.WaitForReplayAsync(cluster.Standbys[0], Cancelled);

        await cluster.PromoteAsync(cluster.Standbys[0], cancellationToken: Cancelled);
        await Sql.ExecuteAsync(oldPrimary, "INSERT INTO thing SELECT generate_series(1, 1000)");
        await Sql.ExecuteAsync(cluster.Primary, "INSERT INTO thing VALUES (0)");
        Assert.False(await Sql.ScalarAsync<bool>(oldPrimary, "SELECT pg_is_in_recovery()"));

        await cluster.RejoinAsync(oldPrimary, Cancelled);
        await cluster.WaitForReplayAsync(oldPrimary, Cancelled);
        Assert.Equal(1L, await Sql.ScalarAsync<long>(oldPrimary, "SELECT count(*) FROM thing"));
    }

    [Fact]
    public async Task Switchover_ThereAndBack_NothingLost()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var (first, second) = (cluster.Primary, cluster.Standbys[1]);
        await Sql.ExecuteAsync(first, "CREATE TABLE thing AS SELECT 1 AS id");
        Report(await cluster.SwitchoverAsync(second, Cancelled));
        await Sql.ExecuteAsync(second, "INSERT INTO thing VALUES (2)");
        Report(await cluster.SwitchoverAsync(first, Cancelled));
        Assert.Same(first, cluster.Primary);
        Assert.Equal(2, cluster.Standbys.Count);
        Assert.Equal(2L, await Sql.ScalarAsync<long>(first, "SELECT count(*) FROM thing"));
    }

    [Fact]
    public async Task SynchronousReplication_AcknowledgedWrite_SurvivesKill()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.SynchronousReplication = true);
        await Sql.ExecuteAsync(cluster.Primary, "CREATE TABLE thing AS SELECT 1 AS id");
        await cluster.KillAsync(cluster.Primary, KillScope.AllProcesses, Cancelled);
        var chosen = await cluster.MostAdvancedStandbyAsync(Cancelled);
        await cluster.PromoteAsync(chosen, cancellationToken: Cancelled);
        Assert.Equal(1, await Sql.ScalarAsync<int>(chosen, "SELECT id FROM thing"));

        // The other standby acknowledges to the new primary, or this would not return.
        await Sql.ExecuteAsync(chosen, "INSERT INTO thing VALUES (2)");
        Assert.Equal("ANY 1 (" + string.Join(", ", cluster.Servers.Where(server => server != chosen).Select(server => server.Name)) + ")",
            await Sql.ScalarAsync<string>(chosen, "SHOW synchronous_standby_names"));
    }

    [Fact]
    public async Task Restart_KilledPrimary_ComesBackWithItsData()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 1);
        await Sql.ExecuteAsync(cluster.Primary, "CREATE TABLE thing AS SELECT 1 AS id");
        var processId = cluster.Primary.ProcessId;
        await cluster.KillAsync(cluster.Primary, cancellationToken: Cancelled);
        await cluster.StartAsync(cluster.Primary, Cancelled);
        Assert.NotEqual(processId, cluster.Primary.ProcessId);
        Assert.Equal(1, await Sql.ScalarAsync<int>(cluster.Primary, "SELECT id FROM thing"));
        await cluster.RestartAsync(cluster.Primary, StopMode.Immediate, Cancelled);
        await cluster.WaitUntilStreamingAsync(cluster.Standbys[0], Cancelled);
    }

    void Report(SwitchoverTimings timings) => output.WriteLine(
        $"Stop {timings.Stop.TotalMilliseconds:0} ms, promote {timings.Promote.TotalMilliseconds:0} ms, rejoin {timings.Rejoin.TotalMilliseconds:0} ms.");
}
