using NpgsqlTypes;
using ResilientPostgres.Positions;

namespace ResilientPostgres.Freshness;

/// <summary>What somebody has written: how far in the log, and when last without anybody knowing how far. Raised by every write, so without a lock.</summary>
sealed class WriteMark
{
    LogMark? _log;
    long _since;
    long _last;

    /// <summary>The furthest known position of a write.</summary>
    public LogMark? Log => Volatile.Read(ref _log);

    /// <summary>When the last write had ended whose position is not known; 0 if there was none.</summary>
    public TimeSpan Since => new(Volatile.Read(ref _since));

    /// <summary>When the last write of known position had ended.</summary>
    public TimeSpan Last => new(Volatile.Read(ref _last));

    public bool IsEmpty => Log is null && Volatile.Read(ref _since) == 0;

    /// <summary>A later timeline takes the place of an earlier one: what of that has survived lies below where the later one begins.</summary>
    public void Wrote(uint timeline, NpgsqlLogSequenceNumber position, TimeSpan now)
    {
        Raise(ref _last, now); // First: who sees the position must not take an earlier moment for its.
        for (var log = Log; ;)
        {
            if (log?.Timeline == timeline)
            {
                log.Raise((ulong)position);
                return;
            }

            if (log?.Timeline > timeline)
            {
                return;
            }

            var before = Interlocked.CompareExchange(ref _log, new LogMark(timeline, (ulong)position), log);
            if (ReferenceEquals(before, log))
            {
                return;
            }

            log = before;
        }
    }

    /// <summary>Something was written by then, nobody knows how far.</summary>
    public void WroteBy(TimeSpan moment) => Raise(ref _since, moment);

    /// <summary>The primary's position, asked afterwards, covers all that had ended before.</summary>
    public void Settle(PrimaryMark mark)
    {
        var since = Volatile.Read(ref _since);
        if (since != 0 && since < mark.SentAt.Ticks)
        {
            Wrote(mark.Timeline, new NpgsqlLogSequenceNumber(mark.Position), new TimeSpan(since));
            Interlocked.CompareExchange(ref _since, 0, since);
        }
    }

    static void Raise(ref long at, TimeSpan to)
    {
        for (var seen = Volatile.Read(ref at); seen < to.Ticks;)
        {
            var before = Interlocked.CompareExchange(ref at, to.Ticks, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
