namespace ResilientPostgres.Positions;

/// <summary>How far the primary's log had come: what had been acknowledged before the question was sent lies at or below this position. Of what was acknowledged at the same moment nobody knows.</summary>
/// <param name="SentAt">When it was asked, on our own clock.</param>
/// <param name="Timeline">The timeline it was writing.</param>
/// <param name="Position">What it answered.</param>
sealed record PrimaryMark(TimeSpan SentAt, uint Timeline, ulong Position);
