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

    /// <summary>Takes out those that a new timeline may have left behind; the others, wholly below its beginning, stay.</summary>
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
                if (_ring[at] is { } entry && entry.Proof.Timeline < timeline && !(entry.WrittenBelow <= begins))
                {
                    doubtful.Add(entry);
                    _ring[at] = null;
                }
            }
        }

        return doubtful;
    }
}
