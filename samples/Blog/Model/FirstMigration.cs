using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Blog.Model;

[DbContext(typeof(BlogContext))]
[Migration("20260101000000_First")]
public sealed class FirstMigration : Migration
{
    const string Generated = "Npgsql:ValueGenerationStrategy";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.EnsureSchema(BlogContext.Schema);
        CreateContents(migrationBuilder);
        CreateTags(migrationBuilder);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var table in new[] { "post_tags", "tags", "comments", "posts" })
        {
            migrationBuilder.DropTable(table, BlogContext.Schema);
        }
    }

    static void CreateContents(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "posts",
            static t => new
            {
                id = t.Column<int>().Annotation(Generated, NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                author = t.Column<string>(),
                title = t.Column<string>(),
                published = t.Column<DateTime>(),
                visits = t.Column<int>(),
            },
            BlogContext.Schema,
            static t => t.PrimaryKey("PK_posts", static p => p.id));
        migrationBuilder.CreateTable(
            "comments",
            static t => new
            {
                id = t.Column<int>().Annotation(Generated, NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                post_id = t.Column<int>(),
                author = t.Column<string>(),
                text = t.Column<string>(),
                written = t.Column<DateTime>(),
            },
            BlogContext.Schema,
            static t =>
            {
                t.PrimaryKey("PK_comments", static c => c.id);
                t.ForeignKey("FK_comments_posts", static c => c.post_id, "posts", "id", BlogContext.Schema, onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_comments_post_id", "comments", "post_id", BlogContext.Schema);
    }

    static void CreateTags(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "tags",
            static t => new
            {
                id = t.Column<int>().Annotation(Generated, NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                name = t.Column<string>(),
            },
            BlogContext.Schema,
            static t => t.PrimaryKey("PK_tags", static tag => tag.id));
        migrationBuilder.CreateIndex("IX_tags_name", "tags", "name", BlogContext.Schema, unique: true);
        migrationBuilder.CreateTable(
            "post_tags",
            static t => new { post_id = t.Column<int>(), tag_id = t.Column<int>() },
            BlogContext.Schema,
            static t =>
            {
                t.PrimaryKey("PK_post_tags", static p => new { p.post_id, p.tag_id });
                t.ForeignKey("FK_post_tags_posts", static p => p.post_id, "posts", "id", BlogContext.Schema, onDelete: ReferentialAction.Cascade);
                t.ForeignKey("FK_post_tags_tags", static p => p.tag_id, "tags", "id", BlogContext.Schema, onDelete: ReferentialAction.Cascade);
            });
    }
}
