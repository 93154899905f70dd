using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ResilientPostgres.IntegrationTests.EntityFramework.Model;

/// <summary>What can't run in a transaction, and a type that pools in use have not heard of.</summary>
[DbContext(typeof(BlogContext))]
[Migration("20260102000000_Second")]
sealed class SecondMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AlterDatabase().Annotation("Npgsql:Enum:mood", "glad,sad");
        migrationBuilder.Sql("CREATE TABLE moods (id int PRIMARY KEY, mood mood NOT NULL); INSERT INTO moods VALUES (1, 'glad')");
        migrationBuilder.Sql("CREATE INDEX CONCURRENTLY \"IX_Comments_PostId\" ON \"Comments\" (\"PostId\")", suppressTransaction: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex("IX_Comments_PostId", "Comments");
        migrationBuilder.DropTable("moods");
        migrationBuilder.AlterDatabase().OldAnnotation("Npgsql:Enum:mood", "glad,sad");
    }
}
