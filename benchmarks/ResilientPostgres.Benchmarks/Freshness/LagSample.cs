namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>One look at the standby.</summary>
/// <param name="Moment">A timestamp taken before all else.</param>
/// <param name="Bound">The library's bound of its lag, asked for after that; null if nothing was proven.</param>
/// <param name="Naive">What the standby itself said after that; null if it knew nothing.</param>
/// <param name="Visible">The newest heartbeat on the standby after that.</param>
readonly record struct LagSample(long Moment, TimeSpan? Bound, TimeSpan? Naive, long Visible);
