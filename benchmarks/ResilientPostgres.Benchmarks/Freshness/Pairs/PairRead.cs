namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>What was read.</summary>
/// <param name="Value">The counter.</param>
/// <param name="IsStandby">Where it was read.</param>
/// <param name="Kind">How.</param>
/// <param name="BeganAt">A timestamp before it was read; one clock serves all processes.</param>
sealed record PairRead(long Value, bool IsStandby, ReadKind Kind, long BeganAt = 0);
