namespace ResilientPostgres.Testing;

/// <summary>Bytes on their way through a proxy.</summary>
/// <param name="Buffer">A rented buffer.</param>
/// <param name="Length">How much of it is filled.</param>
/// <param name="Due">The timestamp before which it is not passed on.</param>
internal readonly record struct TimedChunk(byte[] Buffer, int Length, long Due);
