namespace FailoverDemo.Workload;

/// <summary>What one writer was told: which of its writes were acknowledged, and when.</summary>
sealed class WriterLedger
{
    readonly Lock _lock = new();
    readonly List<long> _sequences = [];
    readonly List<TimeSpan> _moments = [];
    readonly List<long> _unknown = [];

    public int AcknowledgedCount
    {
        get
        {
            lock (_lock)
            {
                return _sequences.Count;
            }
        }
    }

    /// <summary>Writes that ended without an answer: they may be there or not.</summary>
    public int UnknownCount
    {
        get
        {
            lock (_lock)
            {
                return _unknown.Count;
            }
        }
    }

    public void Acknowledge(long sequence, TimeSpan at)
    {
        lock (_lock)
        {
            _sequences.Add(sequence);
            _moments.Add(at);
        }
    }

    public void LeaveOpen(long sequence)
    {
        lock (_lock)
        {
            _unknown.Add(sequence);
        }
    }

    /// <summary>The newest write acknowledged before a moment; 0 if none. A writer's writes follow each other, so whoever sees it sees all before it.</summary>
    public long NewestBefore(TimeSpan moment)
    {
        lock (_lock)
        {
            var at = _moments.BinarySearch(moment);
            var count = at < 0 ? ~at : at;
            return count == 0 ? 0 : _sequences[count - 1];
        }
    }

    public long[] Acknowledged()
    {
        lock (_lock)
        {
            return [.. _sequences];
        }
    }
}
