namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>What came of one arm.</summary>
/// <param name="Counts">What its sessions have seen.</param>
/// <param name="MonotonicViolations">How often one of them saw less than before.</param>
/// <param name="Failovers">Changes of primary meanwhile.</param>
/// <param name="LostWrites">Counters whose acknowledged value is gone.</param>
sealed record PairResult(PairCounts Counts, int MonotonicViolations, int Failovers, int LostWrites);
