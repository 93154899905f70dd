using System.Collections.Concurrent;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>When writes were acknowledged, by whomever.</summary>
sealed class Acknowledgements
{
    readonly ConcurrentQueue<long> _at = new();

    public int Count => _at.Count;

    public void Note() => _at.Enqueue(TimeProvider.System.GetTimestamp());

    /// <summary>Milliseconds from that moment to the next acknowledgement; NaN without one.</summary>
    public double After(long moment)
    {
        var next = _at.Where(t => t >= moment).DefaultIfEmpty(0).Min();
        return next == 0 ? double.NaN : Milliseconds(moment, next);
    }

    /// <summary>The longest while without one that had not ended at that moment.</summary>
    public double LongestSince(long moment)
    {
        var all = _at.Order().ToArray();
        var longest = 0.0;
        for (var i = 1; i < all.Length; i++)
        {
            if (all[i] > moment)
            {
                longest = Math.Max(longest, Milliseconds(all[i - 1], all[i]));
            }
        }

        return longest;
    }

    static double Milliseconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalMilliseconds;
}
