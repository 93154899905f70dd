using Microsoft.EntityFrameworkCore;
using Npgsql;
using ResilientPostgres.IntegrationTests.EntityFramework.Model;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>Answers that do not come: what was saved is there exactly once, or is honestly said to be unknown.</summary>
public sealed class LostReplyTests : IAsyncLifetime
{
    PostgresCluster _cluster = null!;
    ChaosProxy _proxy = null!;
    ResilientDataSource _db = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        _proxy = await ChaosProxy.StartAsync(_cluster.Primary.Host, _cluster.Primary.Port);
        _db = await Resilient.Over(Resilient.Through(_cluster, (_cluster.Primary, _proxy))).ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_db is not null)
        {
            await _db.DisposeAsync();
            await _proxy.DisposeAsync();
            await _cluster.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(5, true)]
    [InlineData(5, false)]
    public async Task Saved_changes_are_there_exactly_once(int rows, bool reachesTheServer)
    {
        var cut = new CutCommit(_proxy, reachesTheServer);
        await using var context = new BlogContext(await Blog.CreateAsync(_db, cut));
        cut.IsArmed = true;
        for (var i = 0; i < rows; i++)
        {
            context.Add(new Post { Title = $"p{i}" });
        }

        Assert.Equal(rows, await context.SaveChangesAsync(Token));

        Assert.Equal(reachesTheServer ? 1 : 2, cut.Commits);
        Assert.Equal(rows, await _db.ReadAsync<long>("""SELECT count(*) FROM "Posts" """, ReadPreference.Primary));
        Assert.All(context.ChangeTracker.Entries<Post>(), static e => Assert.Equal(EntityState.Unchanged, e.State));
        Assert.Equal(rows, context.ChangeTracker.Entries<Post>().Select(static e => e.Entity.Id).Distinct().Count(static id => id > 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_updated_row_is_updated_once(bool reachesTheServer)
    {
        var cut = new CutCommit(_proxy, reachesTheServer);
        await using var context = new BlogContext(await Blog.CreateAsync(_db, cut));
        var counter = context.Add(new Counter { Name = "c", Version = 1 }).Entity;
        await context.SaveChangesAsync(Token);
        cut.IsArmed = true;

        (counter.Value, counter.Version) = (1, 2);
        await context.SaveChangesAsync(Token);

        Assert.Equal(2, (await context.Counters.AsNoTracking().AsPrimary().SingleAsync(Token)).Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transaction_of_the_users_own_inside_of_the_strategy_is_there_exactly_once(bool reachesTheServer)
    {
        var cut = new CutCommit(_proxy, reachesTheServer);
        await using var context = new BlogContext(await Blog.CreateAsync(_db, cut));
        cut.IsArmed = true;
        var runs = 0;

        await context.Database.CreateExecutionStrategy().ExecuteAsync(
            async ct =>
            {
                runs++;
                context.ChangeTracker.Clear();
                await using var transaction = await context.Database.BeginTransactionAsync(ct);
                context.Add(new Post { Title = "one" });
                await context.SaveChangesAsync(ct);
                await context.Database.ExecuteSqlAsync($"""INSERT INTO "Posts" ("Title") VALUES ('two')""", ct);
                await transaction.CommitAsync(ct);
            },
            Token);

        Assert.Equal(reachesTheServer ? 1 : 2, runs);
        Assert.Equal(2, await _db.ReadAsync<long>("""SELECT count(*) FROM "Posts" """, ReadPreference.Primary));
    }

    [Fact]
    public async Task What_was_committed_before_is_not_done_again_for_the_sake_of_what_was_not()
    {
        var cut = new CutCommit(_proxy, reachesTheServer: false);
        await using var context = new BlogContext(await Blog.CreateAsync(_db, cut));
        var runs = 0;

        // Two transactions in one operation: the second provably came to nothing, and yet the operation may not run again.
        await Assert.ThrowsAsync<CallFailedException>(() => context.Database.CreateExecutionStrategy().ExecuteAsync(
            async ct =>
            {
                runs++;
                context.Add(new Post { Title = "one" });
                await context.SaveChangesAsync(ct);
                cut.IsArmed = true;
                context.Add(new Post { Title = "two" });
                await context.SaveChangesAsync(ct);
            },
            Token));

        Assert.Equal(1, runs);
        Assert.Equal("one", await _db.ReadAsync<string>("""SELECT string_agg("Title", ',') FROM "Posts" """, ReadPreference.Primary));
    }

    [Theory]
    [InlineData("another context", 1)]
    [InlineData("no transaction", 1)]
    [InlineData("a transaction that is rolled back", 2)]
    [InlineData("a read", 2)]
    public async Task What_was_done_before_counts_wherever_it_was_done(string before, int expectedRuns)
    {
        var options = await Blog.CreateAsync(_db);
        await _db.WriteAsync("CREATE FUNCTION fail() RETURNS void LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION USING ERRCODE = ''40001''; END'");
        await using var context = new BlogContext(options);
        var runs = 0;

        var work = context.Database.CreateExecutionStrategy().ExecuteAsync(
            async ct =>
            {
                runs++;
                await using var other = new BlogContext(options);
                await DoAsync(before, other, ct);
                if (runs == 1)
                {
                    await context.Database.ExecuteSqlAsync($"SELECT fail()", ct);
                }
            },
            Token);

        Assert.Equal(expectedRuns == 1, await Record.ExceptionAsync(() => work) is PostgresException);
        Assert.Equal(expectedRuns, runs);
    }

    static async Task DoAsync(string what, BlogContext context, CancellationToken ct)
    {
        switch (what)
        {
            case "another context":
                context.Add(new Post { Title = "p" });
                await context.SaveChangesAsync(ct);
                break;
            case "no transaction":
                await context.Posts.ExecuteDeleteAsync(ct);
                break;
            case "a read":
                await context.Posts.ToListAsync(ct);
                break;
            default:
                await using (await context.Database.BeginTransactionAsync(ct))
                {
                    context.Add(new Post { Title = "p" });
                    await context.SaveChangesAsync(ct);
                }

                break;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_nothing_was_noted_the_users_own_check_decides(bool reachesTheServer)
    {
        await using var db = await Resilient.Over(
            Resilient.Through(_cluster, (_cluster.Primary, _proxy)), configure: static b => b.Options.Commits.Capture = false).ReadyAsync();
        var cut = new CutCommit(_proxy, reachesTheServer);
        await using var context = new BlogContext(await Blog.CreateAsync(db, cut));
        cut.IsArmed = true;
        context.Add(new Post { Title = "checked" });
        var checks = 0;

        await context.Database.CreateExecutionStrategy().ExecuteInTransactionAsync(
            ct => context.SaveChangesAsync(acceptAllChangesOnSuccess: false, ct),
            async ct =>
            {
                checks++;
                return await context.Posts.AsNoTracking().AsPrimary().AnyAsync(static p => p.Title == "checked", ct);
            },
            Token);

        Assert.Equal(1, checks);
        Assert.Equal(1, await db.ReadAsync<long>("""SELECT count(*) FROM "Posts" """, ReadPreference.Primary));
    }

    [Fact]
    public async Task Where_nothing_was_noted_and_nothing_is_checked_it_is_unknown()
    {
        await using var db = await Resilient.Over(
            Resilient.Through(_cluster, (_cluster.Primary, _proxy)), configure: static b => b.Options.Commits.Capture = false).ReadyAsync();
        var cut = new CutCommit(_proxy, reachesTheServer: true);
        await using var context = new BlogContext(await Blog.CreateAsync(db, cut));
        cut.IsArmed = true;
        context.AddRange(new Post { Title = "a" }, new Post { Title = "b" });

        await Assert.ThrowsAsync<CommitOutcomeUnknownException>(() => context.SaveChangesAsync(Token));

        Assert.Equal(1, cut.Commits);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_single_statement_without_a_transaction_is_unknown_and_not_repeated(bool isExecuteUpdate)
    {
        await Blog.CreateAsync(_db);
        await _db.WriteAsync("""INSERT INTO "Counters" VALUES ('c', 0, 1)""");
        await _db.WriteAsync("""CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.4); RETURN NEW; END'""");
        await _db.WriteAsync("""CREATE TRIGGER slow BEFORE UPDATE ON "Counters" FOR EACH ROW EXECUTE FUNCTION slow()""");
        await using var context = new BlogContext(Blog.Over(_db, static npgsql => npgsql.UseTransactionForSingleStatements(false)));
        var counter = await context.Counters.AsPrimary().SingleAsync(Token);
        counter.Value = 1;

        var save = isExecuteUpdate
            ? context.Counters.ExecuteUpdateAsync(static s => s.SetProperty(static c => c.Value, static c => c.Value + 1), Token)
            : context.SaveChangesAsync(Token);
        await Task.Delay(200, Token);
        _proxy.Freeze(ProxyDirection.ToClient);
        await Task.Delay(500, Token);
        _proxy.ResetAll();
        _proxy.Thaw();

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => save);
        Assert.IsType<OutcomeUnknownException>(thrown is DbUpdateException { InnerException: { } inner } ? inner : thrown);
        await Eventually.TrueAsync(() => _db.ReadAsync<int>("""SELECT "Value" FROM "Counters" """, ReadPreference.Primary).GetAwaiter().GetResult() == 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_that_is_given_a_second_time_reaches_the_dependents_too(bool detectsChanges)
    {
        var fault = new FailOnce("\"Comments\"", () => _db.WriteAsync("""SELECT setval('"Posts_Id_seq"', last_value - 1) FROM "Posts_Id_seq" """));
        await using var context = new BlogContext(await Blog.CreateAsync(_db, fault));
        await _db.WriteAsync("""SELECT setval('"Posts_Id_seq"', 7)""");
        var post = new Post { Title = "p", Comments = { new Comment { Text = "a" }, new Comment { Text = "b" } } };
        context.Add(post);
        context.ChangeTracker.AutoDetectChangesEnabled = detectsChanges;
        fault.IsArmed = true;

        await context.SaveChangesAsync(Token);

        Assert.False(fault.IsArmed);
        Assert.Equal(8, post.Id);
        Assert.All(post.Comments, static c => Assert.Equal(8, c.PostId));
        Assert.Equal(2L, await _db.ReadAsync<long>("""SELECT count(*) FROM "Comments" WHERE "PostId" = 8""", ReadPreference.Primary));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_that_takes_longer_than_it_may_is_not_run_again(bool isTransaction)
    {
        await using var context = new BlogContext(await Blog.CreateAsync(_db));
        context.Database.SetCommandTimeout(1);
        var runs = 0;

        var error = await Assert.ThrowsAnyAsync<NpgsqlException>(() => context.Database.CreateExecutionStrategy().ExecuteAsync(
            async ct =>
            {
                runs++;
                await using var transaction = isTransaction ? await context.Database.BeginTransactionAsync(ct) : null;
                await context.Database.ExecuteSqlRawAsync("SELECT pg_sleep(20)", ct);
            },
            Token));

        Assert.Equal(1, runs);
        Assert.IsType<TimeoutException>(error.GetBaseException());
    }

    [Fact]
    public async Task A_serialization_failure_runs_the_whole_transaction_again_and_a_constraint_does_not()
    {
        await using var context = new BlogContext(await Blog.CreateAsync(_db));
        context.Add(new Counter { Name = "c" });
        await context.SaveChangesAsync(Token);
        var runs = 0;

        await context.Database.CreateExecutionStrategy().ExecuteAsync(
            async ct =>
            {
                runs++;
                context.ChangeTracker.Clear();
                await using var transaction = await context.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
                var counter = await context.Counters.SingleAsync(ct);
                if (runs == 1)
                {
                    await _db.WriteAsync("""UPDATE "Counters" SET "Value" = 10""");
                }

                counter.Value++;
                await context.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
            },
            Token);

        Assert.Equal(2, runs);
        Assert.Equal(11, (await context.Counters.AsNoTracking().AsPrimary().SingleAsync(Token)).Value);
        runs = 0;
        context.ChangeTracker.Clear();
        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => context.Database.CreateExecutionStrategy().ExecuteAsync(
            ct =>
            {
                runs++;
                context.Add(new Counter { Name = "c" });
                return context.SaveChangesAsync(ct);
            },
            Token));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, ((PostgresException)refused.InnerException!).SqlState);
        Assert.Equal(1, runs);
    }
}
