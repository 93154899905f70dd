namespace Blog.Views;

/// <summary>The blog at a glance.</summary>
public sealed record Overview(int Posts, int Comments, IReadOnlyList<TagLine> Tags, IReadOnlyList<string> Latest);
