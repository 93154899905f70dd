namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>One line from a worker.</summary>
/// <param name="Id">The request's.</param>
/// <param name="WrittenAt">A timestamp after the write was acknowledged; null if nothing was.</param>
/// <param name="Reads">What was read, in order.</param>
/// <param name="Token">What covers all that was done.</param>
/// <param name="Error">What went wrong.</param>
sealed record WorkerAnswer(long Id, long? WrittenAt, PairRead[] Reads, string? Token = null, string? Error = null);
