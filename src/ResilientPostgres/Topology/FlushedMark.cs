using NpgsqlTypes;

namespace ResilientPostgres.Topology;

/// <summary>How far the log of one life of a server was shown to be on disk by acknowledged commits: raised by each of them, so without a lock.</summary>
sealed class FlushedMark(DateTime startedAt, DateTime? statsReset)
{
    ulong _position;
    long _raisedAt;

    /// <summary>When it was last raised, on the data source's own clock.</summary>
    public TimeSpan RaisedAt => TimeSpan.FromTicks(Volatile.Read(ref _raisedAt));

    public bool IsOf(DateTime otherStart, DateTime? otherReset) => startedAt == otherStart && statsReset == otherReset;

    public void Raise(NpgsqlLogSequenceNumber flushed, TimeSpan now)
    {
        Volatile.Write(ref _raisedAt, now.Ticks);
        for (var seen = Volatile.Read(ref _position); seen < (ulong)flushed;)
        {
            var before = Interlocked.CompareExchange(ref _position, (ulong)flushed, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    public IncarnationHistory AddTo(IncarnationHistory history) =>
        history.WithFlushed(startedAt, statsReset, new NpgsqlLogSequenceNumber(Volatile.Read(ref _position)));
}
