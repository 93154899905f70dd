namespace Blog.Views;

/// <summary>How many posts have a tag.</summary>
public sealed record TagLine(string Name, int Posts);
