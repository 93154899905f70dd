namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>A change of primary as the HA manager sees it.</summary>
/// <param name="Promotion">What the promotion took.</param>
/// <param name="Promoted">When it was done, since the change began.</param>
readonly record struct Change(TimeSpan Promotion, TimeSpan Promoted);
