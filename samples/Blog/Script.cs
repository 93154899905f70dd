using System.Globalization;
using Blog.Stores;
using Blog.Views;

namespace Blog;

/// <summary>
/// Some days of a blog: first its authors and commentators write, then its readers read. The same seed gives the same days, and on the same code the same text.
/// </summary>
/// <param name="store">What it does them with.</param>
/// <param name="settle">
/// Called between the writing and the reading of a day. Reads on other connections than the writer's may go to a standby that is up to MaxReplicationLag behind; who
/// wants to compare what they find has to wait until the standbys have it. A blog's readers would not mind.
/// </param>
public sealed class Script(IStore store, Func<Task> settle)
{
    public const int Days = 6;
    const int Seed = 20260101;
    const int PostsADay = 3;
    const int ReadsADay = 300;
    static readonly string[] _names = ["ada", "ben", "cleo", "dora", "emil"];
    static readonly string[] _tags = ["birds", "bread", "rivers", "stars", "trains", "winter"];

    readonly Random _random = new(Seed);
    readonly List<string> _transcript = [];
    DateTime _now = new(2026, 1, 1, 8, 0, 0, DateTimeKind.Utc);
    int _posts;

    /// <summary>Plays it.</summary>
    /// <returns>All results, a line each.</returns>
    public async Task<IReadOnlyList<string>> PlayAsync()
    {
        for (var day = 0; day < Days; day++)
        {
            await WriteAsync();
            await settle();
            for (var i = 0; i < ReadsADay; i++)
            {
                await ReadAsync();
            }
        }

        return _transcript;
    }

    async Task WriteAsync()
    {
        for (var i = 0; i < PostsADay; i++)
        {
            var draft = new Draft(Pick(_names), $"Post {++_posts} about {Pick(_tags)}", Later(), Some(_tags));
            Note("published", await store.PublishAsync(draft));
        }

        var comments = Enumerable.Range(1, _random.Next(2, 6)).Select(n => new CommentLine(Pick(_names), $"Comment {n}", Later())).ToList();
        Note("comments", await store.CommentAsync(APost(), comments));
        Note("visits", await store.VisitAsync([APost(), APost(), APost()]));
        Note("tags before", await store.RetagAsync(APost(), Some(_tags)));
    }

    async Task ReadAsync()
    {
        switch (_random.Next(10))
        {
            case 0 or 1:
                Note("page", await store.PageAsync(_random.Next(3), 5));
                break;
            case 2 or 3 or 4:
                Note("post", await store.FindAsync(_random.Next(1, _posts + 2)));
                break;
            case 5:
                Note("tagged", await store.TaggedAsync(Pick(_tags)));
                break;
            case 6:
                Note("some", await store.SomeAsync([APost(), APost(), APost()]));
                break;
            case 7:
                Note("first", await store.FirstTitleAsync(Pick(_names)));
                break;
            case 8:
                Note("authors", await store.AuthorsAsync());
                break;
            default:
                Note("overview", await store.OverviewAsync());
                break;
        }
    }

    void Note(string what, object? result) => _transcript.Add($"{what}: {Text(result)}");

    static string Text(object? value) => value switch
    {
        null => "none",
        string text => text,
        PostPage post => $"{post.Id} {post.Author} '{post.Title}' {post.Visits} {Text(post.Tags)} {Text(post.Comments)}",
        Overview all => $"{all.Posts} posts, {all.Comments} comments {Text(all.Tags)} {Text(all.Latest)}",
        CommentLine comment => string.Create(CultureInfo.InvariantCulture, $"{comment.Written:yyyy-MM-dd HH:mm} {comment.Author}: {comment.Text}"),
        System.Collections.IEnumerable list => $"[{string.Join("; ", list.Cast<object>().Select(Text))}]",
        _ => value.ToString()!,
    };

    int APost() => _random.Next(1, _posts + 1);

    string Pick(string[] of) => of[_random.Next(of.Length)];

    List<string> Some(string[] of) => [.. Enumerable.Range(0, 3).Select(_ => Pick(of)).Distinct().Order(StringComparer.Ordinal)];

    DateTime Later() => _now = _now.AddMinutes(_random.Next(1, 90));
}
