using Microsoft.Extensions.Time.Testing;

namespace ResilientPostgres.Tests.Monitoring;

/// <summary>A fake clock that knows how many of its timers are still to fire: when each loop under test stands at one, everybody waits for time.</summary>
sealed class SteppedTimeProvider : FakeTimeProvider
{
    int _armed;

    public int Armed => Volatile.Read(ref _armed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var counted = new CountedTimer(this, isArmed: dueTime != Timeout.InfiniteTimeSpan);
        counted.Inner = base.CreateTimer(
            s =>
            {
                counted.Disarm();
                callback(s);
            },
            state,
            dueTime,
            period);
        return counted;
    }

    sealed class CountedTimer : ITimer
    {
        readonly SteppedTimeProvider _owner;
        int _isArmed;

        public CountedTimer(SteppedTimeProvider owner, bool isArmed)
        {
            _owner = owner;
            if (isArmed)
            {
                _isArmed = 1;
                Interlocked.Increment(ref owner._armed);
            }
        }

        public ITimer Inner { get; set; } = null!;

        public void Disarm()
        {
            if (Interlocked.Exchange(ref _isArmed, 0) == 1)
            {
                Interlocked.Decrement(ref _owner._armed);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                Disarm();
            }
            else if (Interlocked.Exchange(ref _isArmed, 1) == 0)
            {
                Interlocked.Increment(ref _owner._armed);
            }

            return Inner.Change(dueTime, period);
        }

        public void Dispose()
        {
            Disarm();
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Disarm();
            return Inner.DisposeAsync();
        }
    }
}
