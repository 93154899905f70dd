namespace ResilientPostgres.SampleTests;

/// <summary>What the application keeps.</summary>
public sealed class Post
{
    public int Id { get; set; }

    public int Likes { get; set; }

    public string Title { get; set; } = "";
}
