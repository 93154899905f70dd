namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>One comparison in milliseconds, and what follows. With plain Npgsql as it comes, and as it is when told to prepare.</summary>
sealed record Comparison
{
    public required double PlainMs { get; init; }

    public required double WriteMs { get; init; }

    public required double RawMs { get; init; }

    public required double TokenMs { get; init; }

    public required double PlainReadMs { get; init; }

    public required double ReadMs { get; init; }

    public required double PreparedMs { get; init; }

    public required double PreparedReadMs { get; init; }

    public required double Allocation { get; init; }

    public double Write => Math.Round(WriteMs / PlainMs, 3);

    public double WriteToPrepared => Math.Round(WriteMs / PreparedMs, 3);

    public double ReadToPrepared => Math.Round(ReadMs / PreparedReadMs, 3);

    public double Raw => Math.Round(RawMs / PlainMs, 3);

    public double Token => Math.Round(TokenMs / PlainMs, 3);

    public double Read => Math.Round(ReadMs / PlainReadMs, 3);
}
