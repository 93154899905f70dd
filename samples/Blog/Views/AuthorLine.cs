namespace Blog.Views;

/// <summary>What an author has written, and how often it was looked at.</summary>
public sealed record AuthorLine(string Author, int Posts, int Visits);
