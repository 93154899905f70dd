namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>Something was done to the servers.</summary>
/// <param name="Start">Timestamp of its beginning.</param>
/// <param name="PromotedAt">Timestamp at which another server was first seen as primary, if that was the change.</param>
readonly record struct Change(long Start, long? PromotedAt = null);
