namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Draws one of the ways there are. The last of them keeps its session waiting, so it comes seldom.</summary>
/// <typeparam name="T">An enumeration.</typeparam>
static class KindOf<T>
    where T : struct, Enum
{
    const int Seldom = 8;

    static readonly T[] _all = [.. Enumerable.Repeat(Enum.GetValues<T>()[..^1], Seldom).SelectMany(static k => k), Enum.GetValues<T>()[^1]];

    public static T Any(Random random) => _all[random.Next(_all.Length)];
}
