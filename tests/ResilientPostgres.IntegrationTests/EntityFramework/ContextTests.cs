using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ResilientPostgres.IntegrationTests.EntityFramework.Model;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>What a context does day by day.</summary>
public sealed class ContextTests
{
    [Fact]
    public async Task Graphs_are_saved_and_read_back()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        var options = await Blog.CreateAsync(db);
        await using (var context = new BlogContext(options))
        {
            var news = new Tag { Name = "news" };
            for (var i = 0; i < 300; i++)
            {
                var post = new Post { Title = $"post {i}", Tags = { news }, Comments = { new Comment { Text = "a" }, new Comment { Text = "b" } } };
                context.Add(post);
            }

            Assert.Equal(1 + 300 + 600 + 300, await context.SaveChangesAsync(ct));
        }

        await using (var context = new BlogContext(options))
        {
            var read = await context.Posts.AsPrimary().Include(static p => p.Comments).Include(static p => p.Tags).OrderBy(static p => p.Id).AsSplitQuery().ToListAsync(ct);
            Assert.Equal(300, read.Count);
            Assert.All(read, static p => Assert.Equal((2, "news"), (p.Comments.Count, p.Tags.Single().Name)));
            read[0].Title = "changed";
            context.Remove(read[1]);
            Assert.Equal(1 + 1 + 2 + 1, await context.SaveChangesAsync(ct));
            Assert.Equal(10, await context.Posts.Where(static p => p.Title.StartsWith("post 29")).ExecuteUpdateAsync(static s => s.SetProperty(static p => p.Title, "new"), ct) - 1);
            Assert.Equal(2, await context.Comments.Where(c => c.PostId == read[5].Id).ExecuteDeleteAsync(ct));
            Assert.Equal(11, await context.Posts.AsPrimary().CountAsync(static p => p.Title == "new", ct));
            Assert.Equal("changed", await context.Database.SqlQuery<string>($"""SELECT "Title" AS "Value" FROM "Posts" WHERE "Id" = {read[0].Id} FOR SHARE""").SingleAsync(ct));
            Assert.Equal(1, await context.Database.ExecuteSqlAsync($"""DELETE FROM "Posts" WHERE "Id" = {read[9].Id}""", ct));
        }

        Assert.Equal(0, db.Of(cluster.Primary).InFlight);
    }

    [Fact]
    public async Task Reading_may_stop_early()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster.ConnectionString + ";Maximum Pool Size=3").ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        var options = await Blog.CreateAsync(db);
        await db.WriteAsync("""INSERT INTO "Posts" ("Title") SELECT 'post ' || n FROM generate_series(1, 5000) n""");
        for (var i = 0; i < 10; i++)
        {
            await using var context = new BlogContext(options);
            var seen = 0;
            await foreach (var post in context.Posts.OrderBy(static p => p.Id).AsAsyncEnumerable().WithCancellation(ct))
            {
                Assert.StartsWith("post", post.Title, StringComparison.Ordinal);
                if (++seen == 3)
                {
                    break;
                }
            }
        }

        Assert.Equal(0, db.Of(cluster.Primary).InFlight);
    }

    [Fact]
    public async Task Synchronous_code_works_too()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var options = Blog.Over(db);
        using var context = new BlogContext(options);
        Assert.True(context.Database.CanConnect());
        Assert.True(context.Database.EnsureCreated());
        Assert.False(context.Database.EnsureCreated());
        context.Add(new Counter { Name = "a" });
        context.Add(new Post { Title = "p" });
        context.SaveChanges();
        context.Counters.Single().Value = 3;
        context.SaveChanges();
        using (var transaction = context.Database.BeginTransaction())
        {
            context.Counters.Single().Value = 4;
            context.SaveChanges();
            transaction.Commit();
        }

        Assert.Equal(4, context.Counters.AsNoTracking().Single().Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_lost_update_is_noticed_whichever_statement_it_is(int stale)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        var options = await Blog.CreateAsync(db);
        await db.WriteAsync("""INSERT INTO "Counters" SELECT 'c' || n, 0, 1 FROM generate_series(0, 2) n""");
        await using var context = new BlogContext(options);
        var counters = await context.Counters.OrderBy(static c => c.Name).AsPrimary().ToListAsync(ct);
        await db.WriteAsync($"""UPDATE "Counters" SET "Version" = 2 WHERE "Name" = 'c{stale}'""");

        counters.ForEach(static c => (c.Value, c.Version) = (1, 2));
        var thrown = await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => context.SaveChangesAsync(ct));

        Assert.Equal($"c{stale}", ((Counter)thrown.Entries.Single().Entity).Name);
        Assert.Equal(0, await db.ReadAsync<long>("""SELECT sum("Value") FROM "Counters" """, ReadPreference.Primary));
    }

    [Fact]
    public async Task A_single_lost_update_is_noticed()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        var options = await Blog.CreateAsync(db);
        await db.WriteAsync("""INSERT INTO "Counters" VALUES ('c', 0, 1)""");
        await using var context = new BlogContext(options);
        var counter = await context.Counters.AsPrimary().SingleAsync(ct);
        await db.WriteAsync("""UPDATE "Counters" SET "Version" = 2""");

        counter.Version = 3;
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => context.SaveChangesAsync(ct));
    }

    [Fact]
    public async Task A_save_that_fails_inside_of_a_transaction_leaves_the_transaction_whole()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        var options = await Blog.CreateAsync(db);
        await using var context = new BlogContext(options);

        // Begun without CreateExecutionStrategy, as existing code does: it runs, once.
        await using (var transaction = await context.Database.BeginTransactionAsync(ct))
        {
            context.Add(new Tag { Name = "one" });
            await context.SaveChangesAsync(ct);
            var twice = context.Add(new Tag { Name = "one" });
            var failure = await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(ct));
            Assert.Equal(PostgresErrorCodes.UniqueViolation, Assert.IsType<PostgresException>(failure.InnerException).SqlState);
            twice.State = EntityState.Detached;
            context.Add(new Tag { Name = "two" });
            await context.SaveChangesAsync(ct);
            Assert.Equal(2, await context.Tags.CountAsync(ct));
            await transaction.CommitAsync(ct);
        }

        Assert.Equal(2, await context.Tags.AsPrimary().CountAsync(ct));
    }

    [Fact]
    public async Task An_ambient_transaction_holds_a_context_too()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        var options = await Blog.CreateAsync(db);
        foreach (var isCompleted in new[] { false, true })
        {
            using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
            await using var context = new BlogContext(options);
            context.AddRange(new Tag { Name = "one" }, new Tag { Name = "two" });
            await context.SaveChangesAsync(ct);
            if (isCompleted)
            {
                scope.Complete();
            }
        }

        Assert.Equal(2, await db.ReadAsync<long>("""SELECT count(*) FROM "Tags" """, ReadPreference.Primary));
    }

    [Fact]
    public async Task Queries_carry_their_hints()
    {
        await using var db = Resilient.Over("Host=127.0.0.1:1;Username=app;Password=secret");
        await using var context = new BlogContext(Blog.Over(db));

        Assert.StartsWith("-- resilient_postgres:primary\n", context.Posts.AsPrimary().ToQueryString(), StringComparison.Ordinal);
        Assert.StartsWith("-- resilient_postgres:max_lag=500ms\n", context.Posts.WithMaxLag(TimeSpan.FromSeconds(0.5)).ToQueryString(), StringComparison.Ordinal);
        Assert.StartsWith("-- resilient_postgres:label=report\n", context.Posts.WithRoutingLabel("report").ToQueryString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => context.Posts.WithRoutingLabel("a\nb"));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Posts.WithMaxLag(TimeSpan.Zero));
    }
}
