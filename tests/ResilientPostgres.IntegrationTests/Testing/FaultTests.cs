using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Testing;

public class FaultTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Freeze_Server_AnswersOnlyAfterThaw()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 0);
        await using var connection = new NpgsqlConnection(Sql.Unpooled(cluster.Primary.ConnectionString));
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = 30 };

        await cluster.FreezeAsync(cluster.Primary, Cancelled);
        Assert.True(cluster.Primary.IsRunning);
        Assert.True(cluster.Primary.IsFrozen);
        var answer = command.ExecuteScalarAsync(Cancelled);
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromMilliseconds(300), Cancelled));

        await cluster.ThawAsync(cluster.Primary);
        Assert.Equal(1, await answer);
    }

    [Fact]
    public async Task Kill_FrozenServer_CanBeStartedAgain()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 1);
        await cluster.FreezeAsync(cluster.Primary, Cancelled);
        await cluster.KillAsync(cluster.Primary, cancellationToken: Cancelled);
        await cluster.StartAsync(cluster.Primary, Cancelled);
        await cluster.WaitUntilStreamingAsync(cluster.Standbys[0], Cancelled);
    }

    [Fact]
    public async Task DelayReplay_Standby_LagsUntilDelayEnds()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 1);
        var standby = cluster.Standbys[0];
        await Sql.ExecuteAsync(cluster.Primary, "CREATE TABLE thing(id int)");
        await cluster.WaitForReplayAsync(standby, Cancelled);

        await cluster.DelayReplayAsync(standby, TimeSpan.FromHours(1), Cancelled);
        await Sql.ExecuteAsync(cluster.Primary, "INSERT INTO thing VALUES (1)");
        Assert.Equal(0L, await Sql.ScalarAsync<long>(standby, "SELECT count(*) FROM thing"));

        await cluster.DelayReplayAsync(standby, TimeSpan.Zero, Cancelled);
        await cluster.WaitForReplayAsync(standby, Cancelled);
        Assert.Equal(1L, await Sql.ScalarAsync<long>(standby, "SELECT count(*) FROM thing"));
    }

    [Fact]
    public async Task PauseReplay_Standby_ReceivesAndDoesNotReplay()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 1);
        var standby = cluster.Standbys[0];
        await Sql.ExecuteAsync(cluster.Primary, "CREATE TABLE thing(id int)");
        await cluster.WaitForReplayAsync(standby, Cancelled);

        await cluster.PauseReplayAsync(standby, Cancelled);
        await Sql.ExecuteAsync(cluster.Primary, "INSERT INTO thing VALUES (1)");
        Assert.Equal(0L, await Sql.ScalarAsync<long>(standby, "SELECT count(*) FROM thing"));

        // Also while it is held it can be cut off.
        await cluster.DisconnectFromPrimaryAsync(standby, Cancelled);
        await cluster.ResumeReplayAsync(standby, Cancelled);
        await cluster.ReconnectAsync(standby, Cancelled);
        await cluster.WaitForReplayAsync(standby, Cancelled);
        Assert.Equal(1L, await Sql.ScalarAsync<long>(standby, "SELECT count(*) FROM thing"));
    }

    [Fact]
    public async Task Disconnect_Standby_AnswersStaleUntilReconnected()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var (standby, other) = (cluster.Standbys[0], cluster.Standbys[1]);
        await Sql.ExecuteAsync(cluster.Primary, "CREATE TABLE thing(id int)");
        await cluster.WaitForReplayAsync(standby, Cancelled);

        await cluster.DisconnectFromPrimaryAsync(standby, Cancelled);
        await Sql.ExecuteAsync(cluster.Primary, "INSERT INTO thing VALUES (1)");
        await cluster.WaitForReplayAsync(other, Cancelled);
        Assert.Equal(0L, await Sql.ScalarAsync<long>(standby, "SELECT count(*) FROM thing"));
        Assert.Same(other, await cluster.MostAdvancedStandbyAsync(Cancelled));

        await cluster.ReconnectAsync(standby, Cancelled);
        await cluster.WaitForReplayAsync(standby, Cancelled);
        Assert.Equal(1L, await Sql.ScalarAsync<long>(standby, "SELECT count(*) FROM thing"));
    }

    [Fact]
    public async Task Follow_AnotherStandby_Cascades()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await cluster.FollowAsync(cluster.Standbys[1], cluster.Standbys[0], Cancelled);
        await Sql.ExecuteAsync(cluster.Primary, "CREATE TABLE thing AS SELECT 1 AS id");
        await cluster.WaitForReplayAsync(cluster.Standbys[0], Cancelled);
        await cluster.WaitForReplayAsync(cluster.Standbys[1], Cancelled);
        Assert.Equal(1, await Sql.ScalarAsync<int>(cluster.Standbys[1], "SELECT id FROM thing"));
    }

    [Fact]
    public async Task SetReadOnly_Primary_RefusesWritesUntilEnded()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 0);
        await cluster.SetReadOnlyAsync(cluster.Primary, readOnly: true, Cancelled);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => Sql.ExecuteAsync(cluster.Primary, "CREATE TABLE thing()"));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, exception.SqlState);
        await cluster.SetReadOnlyAsync(cluster.Primary, readOnly: false, Cancelled);
        await Sql.ExecuteAsync(cluster.Primary, "CREATE TABLE thing()");
    }
}
