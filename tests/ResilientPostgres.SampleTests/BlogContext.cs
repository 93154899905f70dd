using Microsoft.EntityFrameworkCore;

namespace ResilientPostgres.SampleTests;

/// <summary>An application's context of EF Core.</summary>
public sealed class BlogContext(DbContextOptions<BlogContext> options) : DbContext(options)
{
    public DbSet<Post> Posts => Set<Post>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<Post>(static post =>
        {
            post.ToTable("posts");
            post.Property(static p => p.Id).HasColumnName("id");
            post.Property(static p => p.Likes).HasColumnName("likes");
            post.Property(static p => p.Title).HasColumnName("title");
        });
    }
}
