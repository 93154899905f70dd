namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>Medians of one comparison, and what follows.</summary>
readonly record struct Comparison(double PlainMs, double WriteMs, double RawMs, double PlainReadMs, double ReadMs, double Allocation)
{
    public double Write => Math.Round(WriteMs / PlainMs, 3);

    public double Raw => Math.Round(RawMs / PlainMs, 3);

    public double Read => Math.Round(ReadMs / PlainReadMs, 3);
}
