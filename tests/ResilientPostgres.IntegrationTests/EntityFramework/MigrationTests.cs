using Microsoft.EntityFrameworkCore;
using Npgsql;
using ResilientPostgres.IntegrationTests.EntityFramework.Model;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>Migrations, and creating and dropping the database, on a plain connection to the primary.</summary>
public sealed class MigrationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pending_migrations_are_applied_once(bool isAsync)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var context = new BlogContext(Blog.Over(db));
        Assert.Equal(["20260101000000_First", "20260102000000_Second"], await context.Database.GetPendingMigrationsAsync(ct));

        for (var i = 0; i < 2; i++)
        {
            if (isAsync)
            {
                await context.Database.MigrateAsync(ct);
            }
            else
            {
                context.Database.Migrate();
            }
        }

        Assert.Empty(await context.Database.GetPendingMigrationsAsync(ct));
        Assert.Equal(2, (await context.Database.GetAppliedMigrationsAsync(ct)).Count());
        context.Add(new Post { Title = "after" });
        await context.SaveChangesAsync(ct);
        Assert.Equal("after", (await context.Posts.AsPrimary().SingleAsync(ct)).Title);
        Assert.IsAssignableFrom<ResilientConnection>(context.Database.GetDbConnection());
        Assert.Equal(0, await Sql.ScalarAsync<long>(cluster.Primary, "SELECT count(*) FROM pg_stat_activity WHERE query ILIKE '%LOCK TABLE%' AND pid <> pg_backend_pid()"));
    }

    [Fact]
    public async Task Two_at_a_time_do_not_get_into_each_others_way()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        var options = Blog.Over(db);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            await using var context = new BlogContext(options);
            await context.Database.MigrateAsync("20260101000000_First", ct);
        }));

        await using var after = new BlogContext(options);
        Assert.Equal(["20260101000000_First"], await after.Database.GetAppliedMigrationsAsync(ct));
    }

    [Fact]
    public async Task Migrations_go_back_too_and_follow_a_failover()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var context = new BlogContext(Blog.Over(db));
        await context.Database.MigrateAsync("20260101000000_First", ct);
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        await cluster.KillAsync(cluster.Primary);
        await cluster.PromoteAsync(cluster.Standbys[0]);

        await context.Database.MigrateAsync(ct);
        await context.Database.MigrateAsync("20260101000000_First", ct);

        Assert.Equal(["20260101000000_First"], await context.Database.GetAppliedMigrationsAsync(ct));
    }

    [Fact]
    public async Task Pools_in_use_learn_of_new_types_on_all_servers()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster, configure: static b => b.ConfigureNpgsql(static (_, npgsql) => npgsql.MapEnum<Mood>())).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        var preferences = new[] { ReadPreference.Primary, ReadPreference.Standby };
        foreach (var preference in preferences)
        {
            Assert.Equal(1, await db.ReadAsync<int>("SELECT 1", preference));
        }

        await using (var context = new BlogContext(Blog.Over(db)))
        {
            await context.Database.MigrateAsync(ct);
        }

        foreach (var preference in preferences)
        {
            Assert.Equal(Mood.Glad, await db.ReadAsync(
                static async (connection, token) =>
                {
                    await using var command = new NpgsqlCommand("SELECT mood FROM moods", connection);
                    await using var reader = await command.ExecuteReaderAsync(token);
                    await reader.ReadAsync(token);
                    return reader.GetFieldValue<Mood>(0);
                },
                preference,
                ct));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_is_created_and_dropped(bool isMigrated)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = Resilient.Over(Blog.AsSuperuser(cluster, "new blog"));
        var ct = TestContext.Current.CancellationToken;
        await using var context = new BlogContext(Blog.Over(db));
        Assert.False(await context.Database.CanConnectAsync(ct));

        // Somebody has used it before it was there: its servers are watched, and refuse.
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => context.Posts.AnyAsync(ct));
        for (var round = 0; round < 2; round++)
        {
            if (isMigrated)
            {
                await context.Database.MigrateAsync(ct);
            }
            else
            {
                Assert.True(await context.Database.EnsureCreatedAsync(ct));
                Assert.False(await context.Database.EnsureCreatedAsync(ct));
            }

            Assert.True(await context.Database.CanConnectAsync(ct));
            context.Add(new Post { Title = "first" });
            await context.SaveChangesAsync(ct);
            Assert.Equal(1, await context.Posts.AsPrimary().CountAsync(ct));
            Assert.True(await context.Database.EnsureDeletedAsync(ct));
            Assert.False(await context.Database.EnsureDeletedAsync(ct));
            context.ChangeTracker.Clear();
        }
    }

    [Fact]
    public async Task Seeding_runs_with_the_migration()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        var options = new DbContextOptionsBuilder<BlogContext>()
            .UseResilientPostgres(db)
            .UseAsyncSeeding(static async (context, _, token) =>
            {
                if (!await context.Set<Post>().AnyAsync(token))
                {
                    context.Add(new Post { Title = "seed" });
                    await context.SaveChangesAsync(token);
                }
            })
            .Options;
        for (var i = 0; i < 2; i++)
        {
            await using var context = new BlogContext(options);
            await context.Database.MigrateAsync(ct);
        }

        await using var after = new BlogContext(options);
        Assert.Equal("seed", (await after.Posts.AsPrimary().SingleAsync(ct)).Title);
    }

    enum Mood
    {
        Glad,
        Sad,
    }
}
