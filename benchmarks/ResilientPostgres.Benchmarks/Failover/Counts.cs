namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>What a load has done so far.</summary>
readonly record struct Counts(long Writes, long Reads, long FailedWrites, long UnknownWrites, long FailedReads)
{
    public static Counts operator -(Counts a, Counts b) => new(
        a.Writes - b.Writes, a.Reads - b.Reads, a.FailedWrites - b.FailedWrites, a.UnknownWrites - b.UnknownWrites, a.FailedReads - b.FailedReads);
}
