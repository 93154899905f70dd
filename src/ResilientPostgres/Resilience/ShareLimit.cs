namespace ResilientPostgres.Resilience;

/// <summary>
/// Allows something extra for a share of all calls, over a sliding window of ten seconds: retries, so that a struggling
/// server is not asked many times over, and hedged attempts. Counting a call takes one atomic increment.
/// </summary>
sealed class ShareLimit
{
    const long WindowSeconds = 10;

    readonly Lock _gate = new();
    long _window;
    int _calls;
    int _taken;
    double _callsBefore;
    double _takenBefore;

    public void Count(TimeSpan now)
    {
        if (WindowOf(now) != Volatile.Read(ref _window))
        {
            Roll(now);
        }

        Interlocked.Increment(ref _calls);
    }

    /// <param name="now">Monotonic time.</param>
    /// <param name="ratio">How many for each call.</param>
    /// <param name="perSecond">How many beside that for each second.</param>
    public bool TryTake(TimeSpan now, double ratio, double perSecond)
    {
        lock (_gate)
        {
            Roll(now);

            // What is left of the window before slides out as this one fills.
            var left = 1 - now.Ticks % (WindowSeconds * TimeSpan.TicksPerSecond) / (double)(WindowSeconds * TimeSpan.TicksPerSecond);
            var allowed = (_calls + _callsBefore * left) * ratio + perSecond * WindowSeconds;
            if (_taken + _takenBefore * left + 1 > allowed)
            {
                return false;
            }

            _taken++;
            return true;
        }
    }

    void Roll(TimeSpan now)
    {
        lock (_gate)
        {
            var window = WindowOf(now);
            if (window <= _window)
            {
                return;
            }

            var isNext = window == _window + 1;
            _callsBefore = isNext ? _calls : 0;
            _takenBefore = isNext ? _taken : 0;
            _taken = 0;
            Interlocked.Exchange(ref _calls, 0);
            Volatile.Write(ref _window, window);
        }
    }

    static long WindowOf(TimeSpan now) => now.Ticks / (WindowSeconds * TimeSpan.TicksPerSecond);
}
