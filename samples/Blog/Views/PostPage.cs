namespace Blog.Views;

/// <summary>One post with all that belongs to it.</summary>
public sealed record PostPage(int Id, string Author, string Title, int Visits, IReadOnlyList<string> Tags, IReadOnlyList<CommentLine> Comments);
