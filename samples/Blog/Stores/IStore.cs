using Blog.Views;

namespace Blog.Stores;

/// <summary>What the blog does with its database. Written twice: with EF Core and with Dapper.</summary>
public interface IStore
{
    /// <summary>Saves a post, and reads on the same connection what was saved.</summary>
    Task<PostPage?> PublishAsync(Draft draft);

    /// <summary>Saves several comments at once.</summary>
    /// <returns>How many the post has now, read on the same connection.</returns>
    Task<int> CommentAsync(int postId, IReadOnlyList<CommentLine> comments);

    /// <summary>Counts a visit to each of these posts.</summary>
    /// <returns>How many of them there are.</returns>
    Task<int> VisitAsync(int[] ids);

    /// <summary>Replaces a post's tags, in a transaction that reads first.</summary>
    /// <returns>The tags before.</returns>
    Task<IReadOnlyList<string>> RetagAsync(int postId, IReadOnlyList<string> tags);

    /// <summary>The newest posts, page by page.</summary>
    Task<IReadOnlyList<PostLine>> PageAsync(int page, int size);

    Task<PostPage?> FindAsync(int id);

    Task<IReadOnlyList<PostLine>> TaggedAsync(string tag);

    Task<IReadOnlyList<PostLine>> SomeAsync(int[] ids);

    Task<string?> FirstTitleAsync(string author);

    Task<IReadOnlyList<AuthorLine>> AuthorsAsync();

    Task<Overview> OverviewAsync();
}
