namespace Blog.Model;

public sealed class Post
{
    public int Id { get; set; }

    public required string Author { get; set; }

    public required string Title { get; set; }

    public DateTime Published { get; set; }

    public int Visits { get; set; }

    public List<Comment> Comments { get; } = [];

    public List<Tag> Tags { get; } = [];
}
