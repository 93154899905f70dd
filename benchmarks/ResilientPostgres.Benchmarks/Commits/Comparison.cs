namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>Medians of one comparison in milliseconds, and what follows.</summary>
sealed record Comparison
{
    public required double PlainMs { get; init; }

    public required double WriteMs { get; init; }

    public required double RawMs { get; init; }

    public required double TokenMs { get; init; }

    public required double PlainReadMs { get; init; }

    public required double ReadMs { get; init; }

    public required double Allocation { get; init; }

    public double Write => Math.Round(WriteMs / PlainMs, 3);

    public double Raw => Math.Round(RawMs / PlainMs, 3);

    public double Token => Math.Round(TokenMs / PlainMs, 3);

    public double Read => Math.Round(ReadMs / PlainReadMs, 3);
}
