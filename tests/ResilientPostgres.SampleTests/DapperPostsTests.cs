using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres.Testing;

namespace ResilientPostgres.SampleTests;

/// <summary>Dapper, and the container.</summary>
public sealed class DapperPostsTests
{
    [Fact]
    public async Task Popular_ComeInTheirOrder()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        pg.On("SELECT id, likes, title FROM posts WHERE likes >= @likes ORDER BY likes DESC").With(10).Returns(
            new { id = 2, likes = 30, title = "Two" },
            new { id = 1, likes = 10, title = "One" });
        await using var services = new ServiceCollection().AddResilientPostgres(pg).Services.AddSingleton<DapperPosts>().BuildServiceProvider();

        var popular = await services.GetRequiredService<DapperPosts>().PopularAsync(10);

        Assert.Equal(["Two", "One"], popular.Select(p => p.Title));
    }

    [Fact]
    public async Task Removal_GoesToThePrimary()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        pg.On("DELETE FROM posts WHERE id = ANY (@ids)").Affects(r => r.Parameter<int[]>(1)!.Length);
        await using var services = new ServiceCollection().AddResilientPostgres(pg).Services.AddSingleton<DapperPosts>().BuildServiceProvider();

        Assert.Equal(3, await services.GetRequiredService<DapperPosts>().RemoveAsync([1, 2, 3]));

        Assert.Equal(pg.Primary, Assert.Single(pg.Statements).Server);
    }
}
