using NpgsqlTypes;
using ResilientPostgres.Positions;

namespace ResilientPostgres.Freshness;

/// <summary>What somebody has written: how far in the log, and when last without anybody knowing how far. Raised by every write, so without a lock.</summary>
sealed class WriteMark
{
    LogMark? _log;
    long _since;

    /// <summary>The furthest known position of a write.</summary>
    public LogMark? Log => Volatile.Read(ref _log);

    /// <summary>When the last write had ended whose position is not known; 0 if there was none.</summary>
    public TimeSpan Since => new(Volatile.Read(ref _since));

    public bool IsEmpty => Log is null && Volatile.Read(ref _since) == 0;

    /// <summary>A later timeline takes the place of an earlier one: what of that has survived lies below where the later one begins.</summary>
    public void Wrote(uint timeline, NpgsqlLogSequenceNumber position)
    {
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
    public void WroteBy(TimeSpan moment)
    {
        for (var seen = Volatile.Read(ref _since); seen < moment.Ticks;)
        {
            var before = Interlocked.CompareExchange(ref _since, moment.Ticks, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>The primary's position, asked afterwards, covers all that had ended before.</summary>
    public void Settle(PrimaryMark mark)
    {
        var since = Volatile.Read(ref _since);
        if (since != 0 && since <= mark.SentAt.Ticks)
        {
            Wrote(mark.Timeline, new NpgsqlLogSequenceNumber(mark.Position));
            Interlocked.CompareExchange(ref _since, 0, since);
        }
    }
}
