using NpgsqlTypes;

namespace ResilientPostgres.Commits;

/// <summary>
/// The last acknowledged transactions. A standby that was promoted without having received all of the log leaves some of them behind.
/// </summary>
sealed class CommitLedger(int capacity)
{
    readonly Lock _gate = new();
    readonly LedgerEntry?[] _ring = new LedgerEntry?[capacity];
    long _next;

    public void Note(LedgerEntry entry)
    {
        lock (_gate)
        {
            _ring[_next++ % capacity] = entry;
        }
    }

    /// <summary>
    /// Takes out all of earlier timelines: those wholly below the new one's beginning are part of it, and of whatever goes on from it; the
    /// others may have been left behind.
    /// </summary>
    /// <param name="timeline">The new one.</param>
    /// <param name="begins">Where it begins, if that was seen.</param>
    public List<LedgerEntry> TakeDoubtful(uint timeline, NpgsqlLogSequenceNumber? begins)
    {
        var doubtful = new List<LedgerEntry>();
        lock (_gate)
        {
            for (var i = 0; i < capacity; i++)
            {
                var at = (_next + i) % capacity;
                if (_ring[at] is { } entry && entry.Proof.Timeline < timeline)
                {
                    _ring[at] = null;
                    if (!(entry.WrittenBelow <= begins))
                    {
                        doubtful.Add(entry);
                    }
                }
            }
        }

        return doubtful;
    }
}
