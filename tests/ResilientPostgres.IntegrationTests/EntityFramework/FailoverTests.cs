using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using ResilientPostgres.IntegrationTests.EntityFramework.Model;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>The primary dies while contexts save.</summary>
public sealed class FailoverTests
{
    const int Writers = 4;

    [Fact]
    public async Task Saving_goes_on_and_nothing_acknowledged_is_lost_or_there_twice()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.SynchronousReplication = true);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var options = await Blog.CreateAsync(db);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var acknowledged = new ConcurrentBag<string>();
        var unknown = new ConcurrentBag<string>();
        var failed = new ConcurrentQueue<Exception>();
        var writers = Enumerable.Range(0, Writers).Select(w => Task.Run(() => WriteAsync(w))).ToArray();
        await Eventually.TrueAsync(() => acknowledged.Count > 50, () => string.Join('\n', failed));
        await cluster.KillAsync(cluster.Primary);
        await cluster.PromoteAsync(await cluster.MostAdvancedStandbyAsync());
        var target = acknowledged.Count + 50;
        await Eventually.TrueAsync(() => acknowledged.Count > target, () => string.Join('\n', failed));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.Empty(failed);
        await using var after = new BlogContext(options);
        var present = await after.Posts.AsPrimary().Select(static p => p.Title).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(present.Count, present.Distinct().Count());
        Assert.Empty(acknowledged.Except(present));
        Assert.Equal(2 * present.Count, await after.Comments.AsPrimary().CountAsync(TestContext.Current.CancellationToken));
        TestContext.Current.TestOutputHelper!.WriteLine($"{acknowledged.Count} acknowledged, {present.Count} present, {unknown.Count} unknown");

        async Task WriteAsync(int writer)
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var title = $"{writer}/{i}";
                try
                {
                    await using var context = new BlogContext(options);
                    context.Add(new Post { Title = title, Comments = { new Comment { Text = "a" }, new Comment { Text = "b" } } });
                    await context.SaveChangesAsync();
                    acknowledged.Add(title);
                }
                catch (Exception e) when (e is CommitOutcomeUnknownException || e.InnerException is CommitOutcomeUnknownException)
                {
                    unknown.Add(title); // Honest, and allowed.
                }
                catch (Exception e)
                {
                    failed.Enqueue(e);
                }
            }
        }
    }

    [Fact]
    public async Task An_idle_context_goes_on_with_the_new_primary()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var context = new BlogContext(await Blog.CreateAsync(db));
        context.Add(new Post { Title = "before" });
        await context.SaveChangesAsync(ct);
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        await cluster.KillAsync(cluster.Primary);
        await cluster.PromoteAsync(cluster.Standbys[0]);

        context.Add(new Post { Title = "after" });
        await context.SaveChangesAsync(ct);

        Assert.Equal(2, await context.Posts.AsPrimary().CountAsync(ct));
        Assert.Equal(cluster.Primary.Port, await context.Database.SqlQuery<int>($"SELECT inet_server_port() AS \"Value\"").SingleAsync(ct));
    }
}
