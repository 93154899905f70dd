namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>A change of primary as the HA manager sees it.</summary>
/// <param name="Start">Timestamp of its beginning: right before the SIGKILL, or the order to switch.</param>
/// <param name="Promotion">What the promotion took.</param>
/// <param name="Promoted">When it was done, since the beginning.</param>
readonly record struct Change(long Start, TimeSpan Promotion, TimeSpan Promoted);
