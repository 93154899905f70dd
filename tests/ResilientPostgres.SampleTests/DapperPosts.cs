using Dapper;

namespace ResilientPostgres.SampleTests;

/// <summary>An application's class under test, over Dapper.</summary>
public sealed class DapperPosts(ResilientDataSource db)
{
    public async Task<IReadOnlyList<Post>> PopularAsync(int likes)
    {
        await using var connection = await db.OpenConnectionAsync();
        return [.. await connection.QueryAsync<Post>("SELECT id, likes, title FROM posts WHERE likes >= @likes ORDER BY likes DESC", new { likes })];
    }

    public async Task<int> RemoveAsync(int[] ids)
    {
        await using var connection = await db.OpenConnectionAsync();
        return await connection.ExecuteAsync("DELETE FROM posts WHERE id = ANY (@ids)", new { ids });
    }
}
