namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>What a frozen primary cost.</summary>
/// <param name="ReleasedMs">Until the last read in flight had its answer from another server.</param>
/// <param name="WritePauseMs">Until the first write was acknowledged.</param>
/// <param name="Duplicated">Writes that ran twice.</param>
/// <param name="Lost">Acknowledged writes that are not there (asynchronous replication may lose those of the last moment before the freeze).</param>
readonly record struct Frozen(double ReleasedMs, double WritePauseMs, long Duplicated, long Lost);
