using NpgsqlTypes;

namespace ResilientPostgres.Topology;

/// <summary>
/// When the primary's log had reached which position, by our own clock: (moment a probe was sent, flushed position it returned).
/// Whatever was acknowledged before that moment lies at or below that position; so a standby that has replayed position R has
/// everything acknowledged before the newest sample at or below R was sent. One clock, no skew, and right on an idle primary,
/// where the age of the last replayed transaction grows though nothing is missing.
/// </summary>
sealed class WalHistory
{
    const int Capacity = 512;

    readonly (TimeSpan SentAt, NpgsqlLogSequenceNumber Lsn)[] _samples = new (TimeSpan, NpgsqlLogSequenceNumber)[Capacity];
    int _next;
    int _count;

    /// <summary>Samples arrive in the order they were sent; a late one is of no use.</summary>
    public void Add(TimeSpan sentAt, NpgsqlLogSequenceNumber lsn)
    {
        if (_count > 0)
        {
            ref var last = ref _samples[(_next + Capacity - 1) % Capacity];
            if (sentAt <= last.SentAt || lsn < last.Lsn)
            {
                return;
            }

            // An idle primary's samples are one, with the newest time: the ring then reaches back further when it matters.
            if (lsn == last.Lsn)
            {
                last.SentAt = sentAt;
                return;
            }
        }

        _samples[_next] = (sentAt, lsn);
        _next = (_next + 1) % Capacity;
        _count = Math.Min(_count + 1, Capacity);
    }

    /// <summary>The moment up to which a standby that has replayed this position is complete; null if it is behind all we remember.</summary>
    public TimeSpan? FreshAsOf(NpgsqlLogSequenceNumber replayed)
    {
        for (var i = 1; i <= _count; i++)
        {
            ref var sample = ref _samples[(_next + Capacity - i) % Capacity];
            if (sample.Lsn <= replayed)
            {
                return sample.SentAt;
            }
        }

        return null;
    }

    /// <summary>Positions of two timelines must not be compared.</summary>
    public void Clear() => _next = _count = 0;
}
