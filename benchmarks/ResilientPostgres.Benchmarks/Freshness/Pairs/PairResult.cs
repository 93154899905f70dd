namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>What came of one arm.</summary>
/// <param name="Counts">What its sessions have seen.</param>
/// <param name="Failovers">Changes of primary meanwhile.</param>
/// <param name="LostWrites">Counters whose acknowledged value is gone.</param>
sealed record PairResult(PairCounts Counts, int Failovers, int LostWrites);
