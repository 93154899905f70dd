namespace Comments;

/// <param name="Id">Its number.</param>
/// <param name="Text">What it says.</param>
/// <param name="IsFromStandby">Whether a standby has answered.</param>
sealed record Comment(long Id, string Text, bool IsFromStandby);
