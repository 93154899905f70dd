namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Draws one of the ways there are. Those that keep their session waiting come seldom.</summary>
/// <typeparam name="T">An enumeration.</typeparam>
static class KindOf<T>
    where T : struct, Enum
{
    const int Often = 12;

    static readonly T[] _all = [.. Enum.GetValues<T>().SelectMany(static k => Enumerable.Repeat(k, k is ReadKind.Standby or ReadKind.StandbySync ? 1 : Often))];

    public static T Any(Random random) => _all[random.Next(_all.Length)];
}
