using System.Data.Common;
using Blog.Model;
using Blog.Stores;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ResilientPostgres;

namespace Blog;

/// <summary>The one place that differs between plain Npgsql and a cluster.</summary>
public sealed class Backend : IAsyncDisposable
{
    readonly DbDataSource _source;

    Backend(DbDataSource source, DbContextOptions<BlogContext> options)
    {
        _source = source;
        Options = options;
        Ef = new EfStore(options);
        Dapper = new DapperStore(source);
    }

    public DbContextOptions<BlogContext> Options { get; }

    public IStore Ef { get; }

    public IStore Dapper { get; }

    public static Backend OverNpgsql(string connectionString)
    {
        var source = NpgsqlDataSource.Create(connectionString);
        return new Backend(source, new DbContextOptionsBuilder<BlogContext>().UseNpgsql(source).Options);
    }

    public static Backend OverResilientPostgres(ResilientDataSource source) =>
        new(source, new DbContextOptionsBuilder<BlogContext>().UseResilientPostgres(source).Options);

    /// <summary>Makes the blog's schema anew, by its migration: what was in it is gone.</summary>
    public async Task RecreateAsync()
    {
        await using var context = new BlogContext(Options);
        await context.Database.MigrateAsync("0");
        await context.Database.MigrateAsync();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
