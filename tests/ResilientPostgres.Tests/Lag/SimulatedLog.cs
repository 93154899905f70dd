namespace ResilientPostgres.Tests.Lag;

/// <summary>When a position was acknowledged on the primary and when it was replayed on the standby. Grows as time is asked for.</summary>
sealed class SimulatedLog(Random random, int longestPause)
{
    readonly List<long> _acknowledged = [0];
    readonly List<long> _replayed = [0];
    readonly int _pace = random.Next(1, 80);
    long _delay = random.Next(0, 50);

    /// <summary>Position n is acknowledged at the n-th moment; flushed shortly before, never after.</summary>
    public ulong FlushedAt(long time) => Last(_acknowledged, time);

    public ulong ReplayedAt(long time)
    {
        Grow(time);
        return Last(_replayed, time);
    }

    /// <summary>The last position acknowledged strictly before.</summary>
    public ulong AcknowledgedBefore(long time) => time <= 0 ? 0 : Last(_acknowledged, time - 1);

    ulong Last(List<long> moments, long time)
    {
        Grow(time);
        var (low, high) = (0, moments.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = moments[middle] <= time ? (middle, high) : (low, middle - 1);
        }

        return (ulong)low;
    }

    void Grow(long time)
    {
        while (_acknowledged[^1] <= time)
        {
            // Bursts and idle times; now and then the standby pauses, and now and then it has caught up.
            var next = _acknowledged[^1] + (random.Next(20) == 0 ? random.Next(0, 400) : random.Next(0, _pace));
            _delay = random.Next(30) switch
            {
                0 => random.Next(0, longestPause),
                1 => 0,
                _ => Math.Max(0, _delay + random.Next(-20, 20)),
            };
            _acknowledged.Add(next);
            _replayed.Add(Math.Max(_replayed[^1], next + _delay));
        }
    }
}
