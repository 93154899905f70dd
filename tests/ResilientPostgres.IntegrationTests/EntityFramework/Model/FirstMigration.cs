using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace ResilientPostgres.IntegrationTests.EntityFramework.Model;

[DbContext(typeof(BlogContext))]
[Migration("20260101000000_First")]
sealed class FirstMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Posts",
            static t => new
            {
                Id = t.Column<int>().Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                Title = t.Column<string>(),
            },
            constraints: static t => t.PrimaryKey("PK_Posts", static p => p.Id));
        migrationBuilder.CreateTable(
            "Comments",
            static t => new
            {
                Id = t.Column<int>().Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                PostId = t.Column<int>(),
                Text = t.Column<string>(),
            },
            constraints: static t =>
            {
                t.PrimaryKey("PK_Comments", static c => c.Id);
                t.ForeignKey("FK_Comments_Posts_PostId", static c => c.PostId, "Posts", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateTable(
            "Counters",
            static t => new { Name = t.Column<string>(), Value = t.Column<int>(), Version = t.Column<int>() },
            constraints: static t => t.PrimaryKey("PK_Counters", static c => c.Name));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("Counters");
        migrationBuilder.DropTable("Comments");
        migrationBuilder.DropTable("Posts");
    }
}
