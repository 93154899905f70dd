namespace ResilientPostgres.Commits;

/// <summary>What stays the same while a session lasts, once it has written: asked with its first transaction, remembered for the others.</summary>
/// <param name="Timeline">The timeline written to: a server that writes changes it only by a restart, which ends the session.</param>
/// <param name="StartedAt">When the postmaster started.</param>
/// <param name="StatsReset">When the statistics began.</param>
/// <param name="ProcessId">The server process.</param>
/// <param name="At">The server's clock when it was asked.</param>
sealed record SessionLife(uint Timeline, DateTime StartedAt, DateTime? StatsReset, int ProcessId, DateTime At);
