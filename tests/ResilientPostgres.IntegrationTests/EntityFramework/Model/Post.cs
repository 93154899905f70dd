namespace ResilientPostgres.IntegrationTests.EntityFramework.Model;

sealed class Post
{
    public int Id { get; set; }

    public required string Title { get; set; }

    public List<Comment> Comments { get; } = [];

    public List<Tag> Tags { get; } = [];
}
