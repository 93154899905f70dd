using Microsoft.EntityFrameworkCore;

namespace ResilientPostgres.IntegrationTests.EntityFramework.Model;

sealed class BlogContext(DbContextOptions<BlogContext> options) : DbContext(options)
{
    public DbSet<Post> Posts => Set<Post>();

    public DbSet<Comment> Comments => Set<Comment>();

    public DbSet<Tag> Tags => Set<Tag>();

    public DbSet<Counter> Counters => Set<Counter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Tag>().HasIndex(static t => t.Name).IsUnique();
        modelBuilder.Entity<Counter>().HasKey(static c => c.Name);
        modelBuilder.Entity<Counter>().Property(static c => c.Version).IsConcurrencyToken();
    }
}
