namespace ResilientPostgres.IntegrationTests.EntityFramework.Model;

sealed class Comment
{
    public int Id { get; set; }

    public int PostId { get; set; }

    public required string Text { get; set; }
}
