namespace FailoverDemo.Workload;

/// <summary>The longest time without an acknowledged write, the time that is still running included.</summary>
sealed class PauseMeter
{
    readonly Lock _lock = new();
    TimeSpan _last = DemoClock.Now;
    TimeSpan _longest;
    bool _isStopped;

    public TimeSpan Longest
    {
        get
        {
            lock (_lock)
            {
                return _isStopped ? _longest : Max(DemoClock.Now - _last);
            }
        }
    }

    /// <summary>Forgets what was: a fault is brought on now, and the pause after it is asked for.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _last = DemoClock.Now;
            _longest = TimeSpan.Zero;
        }
    }

    public void Acknowledged(TimeSpan at)
    {
        lock (_lock)
        {
            if (!_isStopped && at > _last)
            {
                _longest = Max(at - _last);
                _last = at;
            }
        }
    }

    public void Stop()
    {
        lock (_lock)
        {
            _longest = Max(DemoClock.Now - _last);
            _isStopped = true;
        }
    }

    TimeSpan Max(TimeSpan pause) => pause > _longest ? pause : _longest;
}
