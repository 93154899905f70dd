using System.Collections.Concurrent;
using Blog.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>Writers that publish a post with two comments each time, under a title of its own. Nothing in the tables forbids a second one: it would show.</summary>
sealed class BlogLoad(string name, DbContextOptions<BlogContext> options) : IAsyncDisposable
{
    const int Writers = 4;
    static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(10);

    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentQueue<string> _acknowledged = new();
    readonly ConcurrentQueue<string> _failed = new();
    readonly ConcurrentDictionary<string, int> _failures = new();
    Task _writers = Task.CompletedTask;

    public void Start() => _writers = Task.WhenAll(Enumerable.Range(1, Writers).Select(w => Task.Run(() => WriteAsync(w))));

    /// <summary>Posts that are there more than once, acknowledged ones that are not there, and operations that ended in an exception.</summary>
    public async Task<Dictionary<string, object>> CompareAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(
            $"""
            SELECT (SELECT count(*) - count(DISTINCT title) FROM {BlogContext.Schema}.posts WHERE author = $1),
                (SELECT count(*) FROM unnest($2) AS title WHERE NOT EXISTS (SELECT FROM {BlogContext.Schema}.posts p WHERE p.title = title.title)),
                (SELECT count(*) FROM {BlogContext.Schema}.posts p WHERE author = $1 AND 2 <> (SELECT count(*) FROM {BlogContext.Schema}.comments c WHERE c.post_id = p.id)),
                (SELECT count(DISTINCT title) FROM {BlogContext.Schema}.posts WHERE title = ANY($3))
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. _acknowledged] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. _failed] });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Report.Progress($"blog failover, {name}: {_acknowledged.Count} posts acknowledged, {reader.GetInt64(2)} without their comments, {_failed.Count} failed, of which {reader.GetInt64(3)} are there");
        foreach (var (what, count) in _failures)
        {
            Report.Progress($"    {count} x {what}");
        }

        return new Dictionary<string, object> { ["duplicated"] = reader.GetInt64(0), ["lost"] = reader.GetInt64(1), ["failed"] = _failed.Count };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writers;
    }

    async Task WriteAsync(int writer)
    {
        for (var i = 1; !_stop.IsCancellationRequested; i++)
        {
            var title = $"{name}/{writer}/{i}";
            try
            {
                await using var context = new BlogContext(options);
                var post = new Post { Author = name, Title = title, Published = DateTime.UnixEpoch };
                post.Comments.AddRange([Comment("first"), Comment("second")]);
                context.Add(post);
                await context.SaveChangesAsync();
                _acknowledged.Enqueue(title);
            }
            catch (Exception e)
            {
                _failed.Enqueue(title);
                var cause = e.GetBaseException();
                _failures.AddOrUpdate($"{e.GetType().Name}, {cause.GetType().Name}: {cause.Message}", 1, static (_, n) => n + 1);
            }

            await Task.Delay(_pace);
        }
    }

    static Comment Comment(string text) => new() { Author = "reader", Text = text, Written = DateTime.UnixEpoch };
}
