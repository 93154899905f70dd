using System.Data.Common;
using Blog.Views;
using Dapper;

namespace Blog.Stores;

/// <summary>With Dapper: a connection for each piece of work. A ResilientDataSource is a DbDataSource like Npgsql's own.</summary>
public sealed class DapperStore(DbDataSource source) : IStore
{
    public async Task<PostPage?> PublishAsync(Draft draft)
    {
        await using var connection = await source.OpenConnectionAsync();
        int id;
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            id = await connection.QuerySingleAsync<int>(Sql.InsertPost, draft, transaction);
            await connection.ExecuteAsync(Sql.InsertTags, new { names = draft.Tags.ToArray() }, transaction);
            await connection.ExecuteAsync(Sql.LinkTags, new { id, names = draft.Tags.ToArray() }, transaction);
            await transaction.CommitAsync();
        }

        // It wrote, so this connection's reads see that: they run on the primary until a standby has it.
        return await FindAsync(connection, id);
    }

    public async Task<int> CommentAsync(int postId, IReadOnlyList<CommentLine> comments)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // Dapper runs it once for each.
            await connection.ExecuteAsync(Sql.InsertComment, comments.Select(c => new { postId, c.Author, c.Text, c.Written }), transaction);
            await transaction.CommitAsync();
        }

        return await connection.ExecuteScalarAsync<int>(Sql.CountComments, new { postId });
    }

    public async Task<int> VisitAsync(int[] ids)
    {
        await using var connection = await source.OpenConnectionAsync();
        return await connection.ExecuteAsync(Sql.Visit, new { ids });
    }

    public async Task<IReadOnlyList<string>> RetagAsync(int postId, IReadOnlyList<string> tags)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var id = await connection.QueryFirstAsync<int>(Sql.LockPost, new { postId }, transaction);
        var before = (await connection.QueryAsync<string>(Sql.TagsOf, new { id }, transaction)).AsList();
        await connection.ExecuteAsync(Sql.UnlinkTags, new { id }, transaction);
        await connection.ExecuteAsync(Sql.InsertTags, new { names = tags.ToArray() }, transaction);
        await connection.ExecuteAsync(Sql.LinkTags, new { id, names = tags.ToArray() }, transaction);
        await transaction.CommitAsync();
        return before;
    }

    public async Task<IReadOnlyList<PostLine>> PageAsync(int page, int size)
    {
        await using var connection = await source.OpenConnectionAsync();
        return (await connection.QueryAsync<PostLine>(Sql.Page, new { size, skip = page * size })).AsList();
    }

    public async Task<PostPage?> FindAsync(int id)
    {
        await using var connection = await source.OpenConnectionAsync();
        return await FindAsync(connection, id);
    }

    public async Task<IReadOnlyList<PostLine>> TaggedAsync(string tag)
    {
        await using var connection = await source.OpenConnectionAsync();
        return (await connection.QueryAsync<PostLine>(Sql.Tagged, new { tag })).AsList();
    }

    public async Task<IReadOnlyList<PostLine>> SomeAsync(int[] ids)
    {
        await using var connection = await source.OpenConnectionAsync();
        return (await connection.QueryAsync<PostLine>(Sql.Some, new { ids })).AsList();
    }

    public async Task<string?> FirstTitleAsync(string author)
    {
        await using var connection = await source.OpenConnectionAsync();
        return await connection.QueryFirstOrDefaultAsync<string>(Sql.FirstTitle, new { author });
    }

    public async Task<IReadOnlyList<AuthorLine>> AuthorsAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        return (await connection.QueryAsync<AuthorLine>(Sql.Authors)).AsList();
    }

    public async Task<Overview> OverviewAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var results = await connection.QueryMultipleAsync(Sql.Overview);
        return new Overview(
            await results.ReadSingleAsync<int>(),
            await results.ReadSingleAsync<int>(),
            (await results.ReadAsync<TagLine>()).AsList(),
            (await results.ReadAsync<string>()).AsList());
    }

    /// <summary>A row for each comment, with the post repeated: the two halves are split at "author" (multi-mapping).</summary>
    static async Task<PostPage?> FindAsync(DbConnection connection, int id)
    {
        var rows = (await connection.QueryAsync<PostLine, CommentLine?, (PostLine Post, CommentLine? Comment)>(
            Sql.PostWithComments, static (post, comment) => (post, comment), new { id }, splitOn: "author")).AsList();
        if (rows.Count == 0)
        {
            return null;
        }

        var post = rows[0].Post;
        var tags = (await connection.QueryAsync<string>(Sql.TagsOf, new { id })).AsList();
        return new PostPage(post.Id, post.Author, post.Title, post.Visits, tags, [.. rows.Select(static r => r.Comment).OfType<CommentLine>()]);
    }
}
