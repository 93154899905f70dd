using Microsoft.EntityFrameworkCore;

namespace Blog.Model;

public sealed class BlogContext(DbContextOptions<BlogContext> options) : DbContext(options)
{
    /// <summary>All tables are in this schema, apart from what else is in the database.</summary>
    public const string Schema = "blog_sample";

    public DbSet<Post> Posts => Set<Post>();

    public DbSet<Comment> Comments => Set<Comment>();

    public DbSet<Tag> Tags => Set<Tag>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<Post>(static post =>
        {
            post.ToTable("posts");
            post.Property(static p => p.Id).HasColumnName("id");
            post.Property(static p => p.Author).HasColumnName("author");
            post.Property(static p => p.Title).HasColumnName("title");
            post.Property(static p => p.Published).HasColumnName("published");
            post.Property(static p => p.Visits).HasColumnName("visits");
            post.HasMany(static p => p.Tags).WithMany(static t => t.Posts).UsingEntity(
                "post_tags",
                static right => right.HasOne(typeof(Tag)).WithMany().HasForeignKey("tag_id"),
                static left => left.HasOne(typeof(Post)).WithMany().HasForeignKey("post_id"));
        });
        modelBuilder.Entity<Comment>(static comment =>
        {
            comment.ToTable("comments");
            comment.Property(static c => c.Id).HasColumnName("id");
            comment.Property(static c => c.PostId).HasColumnName("post_id");
            comment.Property(static c => c.Author).HasColumnName("author");
            comment.Property(static c => c.Text).HasColumnName("text");
            comment.Property(static c => c.Written).HasColumnName("written");
        });
        modelBuilder.Entity<Tag>(static tag =>
        {
            tag.ToTable("tags");
            tag.Property(static t => t.Id).HasColumnName("id");
            tag.Property(static t => t.Name).HasColumnName("name");
            tag.HasIndex(static t => t.Name).IsUnique();
        });
    }
}
