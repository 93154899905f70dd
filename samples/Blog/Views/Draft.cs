namespace Blog.Views;

/// <summary>A post to be published.</summary>
public sealed record Draft(string Author, string Title, DateTime Published, IReadOnlyList<string> Tags);
