namespace Comments;

/// <summary>A comment to be.</summary>
sealed record Draft(string Text);
