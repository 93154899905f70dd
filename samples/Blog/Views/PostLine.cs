namespace Blog.Views;

/// <summary>A post in a list.</summary>
public sealed record PostLine(int Id, string Author, string Title, int Visits, int Comments);
