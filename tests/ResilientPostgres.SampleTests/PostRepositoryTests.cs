using Microsoft.Extensions.Time.Testing;
using ResilientPostgres.Testing;

namespace ResilientPostgres.SampleTests;

/// <summary>Plain Npgsql, in failovers of thirty seconds that take milliseconds.</summary>
public sealed class PostRepositoryTests
{
    [Fact]
    public async Task Like_OutlivesAFailover()
    {
        var clock = new FakeTimeProvider();
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 2, clock);
        pg.On("UPDATE posts SET likes = likes + 1 WHERE id = @id").Affects(1);
        await using var db = pg.CreateDataSource(b => b.Options.TotalTimeout = TimeSpan.FromMinutes(1));

        var failOver = pg.FailOverAsync(after: TimeSpan.FromSeconds(30));
        var like = new PostRepository(db).LikeAsync(7);
        await pg.AdvanceUntilAsync(clock.Advance, Task.WhenAll(failOver, like));

        Assert.Single(pg.Statements, s => s.IsCommitted && s.Server == pg.Primary);
    }

    [Fact]
    public async Task Title_IsReadOnAStandby()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 2);
        pg.On("SELECT title FROM posts WHERE id = @id").With(7).Returns("Seven");
        await using var db = pg.CreateDataSource();
        await pg.ReadyAsync(db);

        Assert.Equal("Seven", await new PostRepository(db).FindTitleAsync(7));

        Assert.Equal(EndpointRole.Standby, pg.Statements.Single().Role);
    }

    [Fact]
    public async Task Post_IsAddedOnce_ThoughTheAnswerToItsCommitIsLost()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 2);
        pg.On("INSERT INTO posts (title) VALUES (@title) RETURNING id").Returns(42);
        await using var db = pg.CreateDataSource();
        pg.LoseCommitReply(CommitLoss.AfterApplied);

        Assert.Equal(42, await new PostRepository(db).AddAsync("Hello"));

        Assert.Single(pg.Statements, s => s.IsWrite && s.IsCommitted);
    }

    [Fact]
    public async Task Post_IsAddedAgain_WhenItsTransactionWasLost()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 2);
        pg.On("INSERT INTO posts (title) VALUES (@title) RETURNING id").Throws("40001", "could not serialize access").Returns(42);
        await using var db = pg.CreateDataSource();

        Assert.Equal(42, await new PostRepository(db).AddAsync("Hello"));

        Assert.Equal(["40001", null], pg.Statements.Select(s => s.SqlState));
    }
}
