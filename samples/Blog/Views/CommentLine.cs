namespace Blog.Views;

/// <summary>A comment below its post.</summary>
public sealed record CommentLine(string Author, string Text, DateTime Written);
