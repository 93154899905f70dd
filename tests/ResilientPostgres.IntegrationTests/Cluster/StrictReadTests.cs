using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Cluster;

/// <summary>Reads for standbys alone that have something to see.</summary>
public sealed class StrictReadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_waits_for_a_standby_that_is_behind(bool isSynchronous)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await StartAsync(cluster);
        await PauseAsync(cluster);
        await InsertAsync(db);

        var read = isSynchronous ? Task.Run(() => Command(db).ExecuteScalar()) : Command(db).ExecuteScalarAsync(TestContext.Current.CancellationToken);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(read.IsCompleted);
        await Task.WhenAll(cluster.Standbys.Select(s => cluster.ResumeReplayAsync(s)));

        Assert.Equal("1 on", await read);
    }

    [Fact]
    public async Task It_lives_through_a_promotion()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.SynchronousReplication = true);
        await using var db = await StartAsync(cluster);
        await PauseAsync(cluster);
        await InsertAsync(db);

        var read = Command(db).ExecuteScalarAsync(TestContext.Current.CancellationToken);
        await cluster.KillAsync(cluster.Primary);
        var promoted = await cluster.MostAdvancedStandbyAsync();
        var other = cluster.Standbys.Single(s => s != promoted);
        await cluster.PromoteAsync(promoted);
        await cluster.ResumeReplayAsync(other);

        // Nearly always the other one; but it may have caught the promoted one on the point of being a standby no longer.
        Assert.StartsWith("1 ", (string?)await read.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken));
    }

    static async Task<ResilientDataSource> StartAsync(PostgresCluster cluster)
    {
        var db = Resilient.Over(cluster, configure: static b => b.Options.MaxReplicationLag = TimeSpan.FromMinutes(1));
        await db.WriteAsync("CREATE TABLE notes (id int)");
        await Task.WhenAll(cluster.Standbys.Select(s => cluster.WaitForReplayAsync(s)));
        return await db.ReadyAsync();
    }

    static Task PauseAsync(PostgresCluster cluster) => Task.WhenAll(cluster.Standbys.Select(s => cluster.PauseReplayAsync(s)));

    static async Task InsertAsync(ResilientDataSource db)
    {
        await using var command = db.CreateCommand("INSERT INTO notes VALUES (1)");
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    static ResilientCommand Command(ResilientDataSource db)
    {
        var command = db.CreateCommand("SELECT count(*)::text || ' ' || current_setting('in_hot_standby') FROM notes");
        command.ReadPreference = ReadPreference.Standby;
        return command;
    }
}
