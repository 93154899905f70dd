namespace Blog.Model;

public sealed class Comment
{
    public int Id { get; set; }

    public int PostId { get; set; }

    public required string Author { get; set; }

    public required string Text { get; set; }

    public DateTime Written { get; set; }
}
