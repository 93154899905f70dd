namespace ResilientPostgres.Resilience;

/// <summary>
/// An estimate of the time within which a share of the calls have ended, from one number: each sample pushes it up by the share or
/// down by the rest, in steps of a fraction of itself, so that it settles where the pushes balance. No lock, no memory of samples.
/// </summary>
sealed class LatencyQuantile(double share)
{
    const double Step = 0.05;

    // Until something was measured: rather late than a storm of second attempts.
    long _ticks = TimeSpan.FromMilliseconds(100).Ticks;

    public TimeSpan Value => new(Volatile.Read(ref _ticks));

    public void Record(TimeSpan sample)
    {
        // Two that record at once may lose one push; over many it does not matter.
        var ticks = Volatile.Read(ref _ticks);
        var push = sample.Ticks > ticks ? share : share - 1;
        Volatile.Write(ref _ticks, Math.Max(TimeSpan.TicksPerMillisecond / 10, (long)(ticks * (1 + push * Step))));
    }
}
