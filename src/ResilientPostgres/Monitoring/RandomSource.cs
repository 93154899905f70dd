namespace ResilientPostgres.Monitoring;

/// <summary>Random bits for load and jitter: one sequence a thread (SplitMix64), begun from the seed, so that no call takes a lock.</summary>
sealed class RandomSource(ulong seed)
{
    const ulong Golden = 0x9E3779B97F4A7C15;

    [ThreadStatic]
    static ulong _state;

    ulong _streams = seed;

    public ulong Next()
    {
        if (_state == 0)
        {
            _state = Mix(Interlocked.Add(ref _streams, Golden)) | 1;
        }

        return Mix(_state += Golden);
    }

    /// <summary>From 0 up to, not including, 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
