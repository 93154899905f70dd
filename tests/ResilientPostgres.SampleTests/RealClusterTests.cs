namespace ResilientPostgres.SampleTests;

/// <summary>What a fake can't show: that the SQL is right.</summary>
public sealed class RealClusterTests(RealClusterFixture real) : IClassFixture<RealClusterFixture>
{
    [Fact]
    public async Task Post_IsThereAfterItWasAdded()
    {
        Assert.SkipWhen(real.Cluster is null && Environment.GetEnvironmentVariable("CI") != "true", "No PostgreSQL server programs were found.");
        await using var db = new ResilientDataSourceBuilder(real.Cluster!.ConnectionString).Build();
        var posts = new PostRepository(db);

        var id = await posts.AddAsync("Hello");

        Assert.Equal("Hello", await posts.FindTitleAsync(id));
    }
}
