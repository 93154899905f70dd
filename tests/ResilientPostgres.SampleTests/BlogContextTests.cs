using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres.Testing;

namespace ResilientPostgres.SampleTests;

/// <summary>EF Core.</summary>
public sealed class BlogContextTests
{
    [Fact]
    public async Task Query_IsAnsweredByTheSqlThatEfSends()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        pg.On("SELECT p.id, p.likes, p.title FROM posts AS p WHERE p.id = @id LIMIT 2").Returns(new { id = 7, likes = 3, title = "Seven" });
        await using var services = Services(pg);
        await using var scope = services.CreateAsyncScope();
        var id = 7;

        var post = await scope.ServiceProvider.GetRequiredService<BlogContext>().Posts.SingleAsync(p => p.Id == id);

        Assert.Equal((7, 3, "Seven"), (post.Id, post.Likes, post.Title));
    }

    [Fact]
    public async Task SaveChanges_WritesOnce_ThoughItsAnswerIsLost()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        pg.On(new Regex("^INSERT INTO posts ")).Returns(42);
        await using var services = Services(pg);
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<BlogContext>();
        var post = new Post { Title = "Hello" };
        context.Add(post);
        pg.LoseCommitReply(CommitLoss.AfterApplied);

        await context.SaveChangesAsync();

        Assert.Equal(42, post.Id);
        Assert.Single(pg.Statements, s => s.IsWrite && s.IsCommitted);
    }

    [Fact]
    public async Task SaveChanges_OutlivesASwitchover()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        pg.On(new Regex("^INSERT INTO posts ")).Returns(42);
        await using var services = Services(pg);
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<BlogContext>();
        context.Add(new Post { Title = "Hello" });
        await pg.SwitchOverAsync();

        await context.SaveChangesAsync();

        Assert.Equal(pg.Servers[1], pg.Statements.Single(s => s.IsCommitted).Server);
    }

    static ServiceProvider Services(FakePostgresCluster pg) => new ServiceCollection()
        .AddResilientPostgres(pg).Services
        .AddDbContext<BlogContext>((provider, options) => options.UseResilientPostgres(provider))
        .BuildServiceProvider();
}
