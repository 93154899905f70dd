using Npgsql;
using Microsoft.EntityFrameworkCore;
using ResilientPostgres.IntegrationTests.EntityFramework.Model;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>Which server a context's statements run on, told by the servers: each query brings its server's port, or takes it into the row.</summary>
public sealed class RoutingTests : IAsyncLifetime
{
    const string Anywhere = "SELECT current_setting('port')::int AS \"Value\"";

    PostgresCluster _cluster = null!;
    ResilientDataSource _db = null!;
    DbContextOptions<BlogContext> _options = null!;

    int Standby => _cluster.Standbys[0].Port;

    int Primary => _cluster.Primary.Port;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        _db = await Resilient.Over(_cluster).ReadyAsync();
        _options = await Blog.CreateAsync(_db);

        // A row that tells its reader where it was read.
        await _db.WriteAsync("""ALTER TABLE "Posts" RENAME TO kept; CREATE VIEW "Posts" AS SELECT "Id", current_setting('port') AS "Title" FROM kept; INSERT INTO kept ("Title") VALUES ('')""");
        await _cluster.WaitForReplayAsync(_cluster.Standbys[0]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_db is not null)
        {
            await _db.DisposeAsync();
            await _cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task Queries_run_on_a_standby()
    {
        await using var context = new BlogContext(_options);
        var standby = Standby.ToString();

        Assert.Equal(standby, (await context.Posts.SingleAsync(Token)).Title);
        Assert.Equal(standby, (await context.Posts.AsNoTracking().OrderBy(static p => p.Id).Skip(0).Take(3).ToListAsync(Token))[0].Title);
        Assert.Equal(standby, context.Posts.Select(static p => p.Title).First());
        Assert.Equal(1, await context.Posts.CountAsync(p => p.Title == standby, Token));
        Assert.True(await context.Posts.AnyAsync(p => p.Title == standby, Token));
        Assert.Equal(Standby, await context.Database.SqlQueryRaw<int>(Anywhere).SingleAsync(Token));
        Assert.Equal(standby, (await context.Posts.FromSql($"""SELECT * FROM "Posts" """).AsNoTracking().SingleAsync(Token)).Title);
    }

    [Fact]
    public async Task Included_and_split_queries_run_on_a_standby_too()
    {
        await using var context = new BlogContext(_options);
        var standby = Standby.ToString();

        Assert.Equal(standby, (await context.Posts.AsNoTracking().Include(static p => p.Comments).Include(static p => p.Tags).SingleAsync(Token)).Title);
        Assert.Equal(standby, (await context.Posts.AsNoTracking().Include(static p => p.Comments).Include(static p => p.Tags).AsSplitQuery().SingleAsync(Token)).Title);
    }

    [Fact]
    public async Task A_query_says_where_it_may_run()
    {
        await using var context = new BlogContext(_options);

        Assert.Equal(Primary, await context.Database.SqlQueryRaw<int>(Anywhere).AsPrimary().SingleAsync(Token));
        Assert.Equal(Primary.ToString(), (await context.Posts.AsNoTracking().AsPrimary().SingleAsync(Token)).Title);
        Assert.Equal(Standby.ToString(), (await context.Posts.AsNoTracking().WithMaxLag(TimeSpan.FromSeconds(30)).SingleAsync(Token)).Title);

        // No probe proves as much as that: the primary is asked for its position, and the standby whether it has it.
        await Eventually.TrueAsync(() => context.Posts.AsNoTracking().WithMaxLag(TimeSpan.FromMilliseconds(20)).Single().Title == Standby.ToString());
    }

    [Fact]
    public async Task What_is_too_far_behind_is_not_read()
    {
        await _cluster.PauseReplayAsync(_cluster.Standbys[0], Token);
        await using var context = new BlogContext(_options);
        var before = await context.Posts.AsPrimary().CountAsync(Token);
        await using (var somebodyElse = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_db.ConnectionString) { Host = _cluster.Primary.Host, Port = _cluster.Primary.Port }.ConnectionString))
        {
            await using var insert = somebodyElse.CreateCommand("""INSERT INTO kept ("Title") VALUES ('')""");
            await insert.ExecuteNonQueryAsync(Token);
        }

        await Eventually.TrueAsync(() => !(_db.Topology.ReplicationLag(_db.Of(_cluster.Standbys[0]).Endpoint) < TimeSpan.FromSeconds(1)));

        Assert.Equal(before + 1, await context.Posts.WithMaxLag(TimeSpan.FromSeconds(1)).CountAsync(Token));
        using (ConsistencyScope.Begin())
        {
            Assert.Equal(before, await context.Posts.WithMaxLag(TimeSpan.FromMinutes(1)).CountAsync(Token));
        }

        await _cluster.ResumeReplayAsync(_cluster.Standbys[0], Token);
    }

    [Fact]
    public async Task A_context_reads_what_it_saved()
    {
        await using var context = new BlogContext(_options);
        Assert.Equal(Standby, await context.Database.SqlQueryRaw<int>(Anywhere).SingleAsync(Token));
        await _cluster.PauseReplayAsync(_cluster.Standbys[0], Token);
        context.AddRange(new Tag { Name = "a" }, new Tag { Name = "b" });
        await context.SaveChangesAsync(Token);

        Assert.Equal(2, await context.Tags.CountAsync(Token));
        Assert.Equal(Primary, await context.Database.SqlQueryRaw<int>(Anywhere).SingleAsync(Token));
        await using var other = new BlogContext(_options);
        Assert.Equal(Primary, await other.Database.SqlQueryRaw<int>(Anywhere).SingleAsync(Token));
        using (ConsistencyScope.Begin())
        {
            Assert.Equal(Standby, await other.Database.SqlQueryRaw<int>(Anywhere).SingleAsync(Token));
        }

        await _cluster.ResumeReplayAsync(_cluster.Standbys[0], Token);
        await Eventually.TrueAsync(() => context.Database.SqlQueryRaw<int>(Anywhere).Single() == Standby);
        Assert.Equal(2, await context.Tags.CountAsync(Token));
    }

    [Fact]
    public async Task A_transaction_is_the_primarys()
    {
        await using var context = new BlogContext(_options);
        await using (var transaction = await context.Database.BeginTransactionAsync(Token))
        {
            Assert.Equal(Primary, await context.Database.SqlQueryRaw<int>(Anywhere).SingleAsync(Token));
            Assert.Equal(Primary.ToString(), (await context.Posts.AsNoTracking().FirstAsync(Token)).Title);
            context.Add(new Tag { Name = "in" });
            await context.SaveChangesAsync(Token);
            Assert.Equal(1, await context.Tags.CountAsync(Token));
            await transaction.RollbackAsync(Token);
        }

        Assert.Equal(0, await context.Tags.AsPrimary().CountAsync(Token));
    }

    [Fact]
    public async Task Updates_and_deletes_of_many_rows_are_the_primarys()
    {
        await using var context = new BlogContext(_options);
        context.AddRange(Enumerable.Range(1, 5).Select(static n => new Counter { Name = $"c{n}", Version = 1 }));
        await context.SaveChangesAsync(Token);
        await _cluster.WaitForReplayAsync(_cluster.Standbys[0]);
        await _cluster.PauseReplayAsync(_cluster.Standbys[0], Token);
        await using var other = new BlogContext(_options);

        Assert.Equal(5, await other.Counters.ExecuteUpdateAsync(static s => s.SetProperty(static c => c.Value, static c => c.Value + 1), Token));
        Assert.Equal(5, await other.Counters.SumAsync(static c => c.Value, Token));
        Assert.Equal(2, await other.Counters.Where(static c => c.Name.CompareTo("c2") <= 0).ExecuteDeleteAsync(Token));
        Assert.Equal(3, await other.Counters.CountAsync(Token));
        Assert.Equal(Primary, await other.Database.SqlQueryRaw<int>(Anywhere).SingleAsync(Token));
        Assert.Equal(0, RefusedOnStandby());
    }

    /// <summary>Writes that were tried on the standby, by its log.</summary>
    int RefusedOnStandby() => File.ReadAllText(_cluster.Standbys[0].LogFile).Split("in a read-only transaction").Length - 1;
}
