namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>How many of the blog's statements the servers have run, by their own count.</summary>
readonly record struct BlogCounts(long PrimaryReads, long StandbyReads, long Writes)
{
    public long Reads => PrimaryReads + StandbyReads;

    public double StandbyShare => StandbyReads / (double)Reads;

    public override string ToString() => $"{StandbyReads} reads on standbys, {PrimaryReads} on the primary, {Writes} writes";
}
