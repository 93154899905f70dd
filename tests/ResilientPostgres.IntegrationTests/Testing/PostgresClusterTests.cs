using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Testing;

public class PostgresClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Start_TwoStandbys_AllReadyAndReplicating()
    {
        var start = TimeProvider.System.GetTimestamp();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"Ready in {elapsed.TotalMilliseconds:0} ms.");
        Assert.True(elapsed < TimeSpan.FromSeconds(15));

        await Sql.ExecuteAsync(cluster.Primary, "CREATE TABLE thing AS SELECT 42 AS id");
        Assert.Equal(["pg1", "pg2", "pg3"], cluster.Servers.Select(server => server.Name));
        Assert.Equal(2, cluster.Standbys.Count);
        foreach (var standby in cluster.Standbys)
        {
            await cluster.WaitForReplayAsync(standby, TestContext.Current.CancellationToken);
            Assert.Equal(42, await Sql.ScalarAsync<int>(standby, "SELECT id FROM thing"));
            Assert.True(await Sql.ScalarAsync<bool>(standby, "SELECT pg_is_in_recovery()"));
        }
    }

    [Fact]
    public async Task ConnectionString_OfCluster_ReachesOrdinaryRoleOnPrimary()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 1);
        var settings = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Pooling = false };
        await using var source = new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost();
        await using var connection = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("CREATE TABLE owned(); SELECT current_user || '@' || current_database()", connection);
        Assert.Equal("app@app", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        Assert.Equal(cluster.Primary.Port, connection.Port);
    }

    [Fact]
    public async Task Password_Wrong_IsRefused()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options =>
        {
            options.Standbys = 1;
            options.Username = "it's";
            options.Password = "pa'ss \\word";
        });
        Assert.Equal(1, await Sql.ScalarAsync<int>(cluster.Primary, "SELECT 1"));

        var wrong = new NpgsqlConnectionStringBuilder(cluster.Primary.ConnectionString) { Password = "wrong" }.ConnectionString;
        var exception = await Assert.ThrowsAsync<PostgresException>(() => Sql.ScalarAsync<int>(wrong, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, exception.SqlState);

        await cluster.PromoteAsync(cluster.Standbys[0], cancellationToken: TestContext.Current.CancellationToken);
        await cluster.RejoinAsync(cluster.Servers[0], TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Settings_Wrong_FailWithServerLog()
    {
        var exception = await Assert.ThrowsAsync<PostgresServerException>(
            () => RequirePostgres.StartClusterAsync(options => options.Settings["shared_buffers"] = "many"));
        Assert.Contains("shared_buffers", exception.Message);
    }

    [Fact]
    public async Task Environment_OfOneServer_HoldsFromItsNextStart()
    {
        const string Program = "CREATE TEMP TABLE told (what text); COPY told FROM PROGRAM 'echo \"$COLOUR\"'; SELECT what FROM told";
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 0);
        cluster.Primary.Environment["COLOUR"] = "light blue";
        Assert.Equal("", await Sql.ScalarAsync<string>(cluster.Primary, Program));
        await cluster.RestartAsync(cluster.Primary, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("light blue", await Sql.ScalarAsync<string>(cluster.Primary, Program));
    }

    [Fact]
    public async Task BinDirectory_WithoutServer_SaysWhereItLooked()
    {
        var options = new PostgresClusterOptions { BinDirectory = "/nowhere" };
        var exception = await Assert.ThrowsAsync<PostgresBinariesNotFoundException>(
            () => PostgresCluster.StartAsync(options, TestContext.Current.CancellationToken));
        Assert.Contains("/nowhere", exception.Message);
        Assert.Contains("apt-get install postgresql", exception.Message);
    }

    [Fact]
    public async Task Dispose_FrozenAndKilledServers_LeavesNothing()
    {
        var cluster = await RequirePostgres.StartClusterAsync();
        var servers = cluster.Servers;
        await cluster.FreezeAsync(servers[1], TestContext.Current.CancellationToken);
        await cluster.KillAsync(servers[2], KillScope.AllProcesses, TestContext.Current.CancellationToken);
        var start = TimeProvider.System.GetTimestamp();
        await cluster.DisposeAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
        Assert.All(servers, server => Assert.False(server.IsRunning));
        Assert.All(servers, server => Assert.False(Directory.Exists(Path.GetDirectoryName(server.DataDirectory))));
        Assert.Empty(Leftovers.ProcessesIn(Path.GetDirectoryName(servers[0].DataDirectory)!));
    }
}
