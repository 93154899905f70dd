namespace FailoverDemo;

/// <summary>One line of the timeline.</summary>
sealed record TimelineEntry(TimeSpan At, TimelineSource Source, string Text);
