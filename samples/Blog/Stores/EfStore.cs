using System.Linq.Expressions;
using Blog.Model;
using Blog.Views;
using Microsoft.EntityFrameworkCore;

namespace Blog.Stores;

/// <summary>With EF Core: a context for each piece of work.</summary>
public sealed class EfStore(DbContextOptions<BlogContext> options) : IStore
{
    static readonly Expression<Func<Post, PostLine>> _line = static p => new PostLine(p.Id, p.Author, p.Title, p.Visits, p.Comments.Count);

    public async Task<PostPage?> PublishAsync(Draft draft)
    {
        await using var context = new BlogContext(options);
        var post = new Post { Author = draft.Author, Title = draft.Title, Published = draft.Published };
        post.Tags.AddRange(await TagsAsync(context, draft.Tags));
        context.Add(post);
        await context.SaveChangesAsync();

        // It wrote, so this context's reads see that: they run on the primary until a standby has it.
        return await FindAsync(context, post.Id);
    }

    public async Task<int> CommentAsync(int postId, IReadOnlyList<CommentLine> comments)
    {
        await using var context = new BlogContext(options);
        context.AddRange(comments.Select(c => new Comment { PostId = postId, Author = c.Author, Text = c.Text, Written = c.Written }));
        await context.SaveChangesAsync();
        return await context.Comments.CountAsync(c => c.PostId == postId);
    }

    public async Task<int> VisitAsync(int[] ids)
    {
        await using var context = new BlogContext(options);
        return await context.Posts.Where(p => ids.Contains(p.Id)).ExecuteUpdateAsync(static s => s.SetProperty(static p => p.Visits, static p => p.Visits + 1));
    }

    public async Task<IReadOnlyList<string>> RetagAsync(int postId, IReadOnlyList<string> tags)
    {
        await using var context = new BlogContext(options);
        return await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            context.ChangeTracker.Clear();
            await using var transaction = await context.Database.BeginTransactionAsync();
            var post = await context.Posts.Include(static p => p.Tags).SingleAsync(p => p.Id == postId);
            var before = post.Tags.Select(static t => t.Name).Order(StringComparer.Ordinal).ToList();
            post.Tags.Clear();
            post.Tags.AddRange(await TagsAsync(context, tags));
            await context.SaveChangesAsync();
            await transaction.CommitAsync();
            return before;
        });
    }

    public async Task<IReadOnlyList<PostLine>> PageAsync(int page, int size)
    {
        await using var context = new BlogContext(options);
        return await context.Posts.OrderByDescending(static p => p.Id).Skip(page * size).Take(size).Select(_line).ToListAsync();
    }

    public async Task<PostPage?> FindAsync(int id)
    {
        await using var context = new BlogContext(options);
        return await FindAsync(context, id);
    }

    public async Task<IReadOnlyList<PostLine>> TaggedAsync(string tag)
    {
        await using var context = new BlogContext(options);
        return await context.Posts.Where(p => p.Tags.Any(t => t.Name == tag)).OrderBy(static p => p.Id).Select(_line).ToListAsync();
    }

    public async Task<IReadOnlyList<PostLine>> SomeAsync(int[] ids)
    {
        await using var context = new BlogContext(options);
        return await context.Posts.Where(p => ids.Contains(p.Id)).OrderBy(static p => p.Id).Select(_line).ToListAsync();
    }

    public async Task<string?> FirstTitleAsync(string author)
    {
        await using var context = new BlogContext(options);
        return await context.Posts.Where(p => p.Author == author).OrderBy(static p => p.Id).Select(static p => p.Title).FirstOrDefaultAsync();
    }

    public async Task<IReadOnlyList<AuthorLine>> AuthorsAsync()
    {
        await using var context = new BlogContext(options);
        return await context.Posts
            .GroupBy(static p => p.Author)
            .OrderBy(static g => g.Key)
            .Select(static g => new AuthorLine(g.Key, g.Count(), g.Sum(static p => p.Visits)))
            .ToListAsync();
    }

    public async Task<Overview> OverviewAsync()
    {
        await using var context = new BlogContext(options);
        return new Overview(
            await context.Posts.CountAsync(),
            await context.Comments.CountAsync(),
            await context.Tags.Where(static t => t.Posts.Count > 0).OrderBy(static t => t.Name).Select(static t => new TagLine(t.Name, t.Posts.Count)).ToListAsync(),
            await context.Posts.OrderByDescending(static p => p.Id).Take(3).Select(static p => p.Title).ToListAsync());
    }

    static async Task<PostPage?> FindAsync(BlogContext context, int id)
    {
        var post = await context.Posts.AsNoTracking()
            .Include(static p => p.Comments.OrderBy(static c => c.Written))
            .Include(static p => p.Tags.OrderBy(static t => t.Name))
            .SingleOrDefaultAsync(p => p.Id == id);
        return post is null ? null : new PostPage(
            post.Id,
            post.Author,
            post.Title,
            post.Visits,
            [.. post.Tags.Select(static t => t.Name)],
            [.. post.Comments.Select(static c => new CommentLine(c.Author, c.Text, c.Written))]);
    }

    /// <summary>Those that exist, and new ones. Read on the primary: a standby that has not heard of a tag yet would have it made again.</summary>
    static async Task<List<Tag>> TagsAsync(BlogContext context, IReadOnlyList<string> names)
    {
        var known = await context.Tags.AsPrimary().Where(t => names.Contains(t.Name)).ToListAsync();
        return [.. known, .. names.Except(known.Select(static t => t.Name)).Select(static n => new Tag { Name = n })];
    }
}
