namespace FailoverDemo;

/// <summary>What happened when, as told by the demo (what it did) and by the library (what it saw).</summary>
sealed class Timeline
{
    readonly Lock _lock = new();
    readonly List<TimelineEntry> _entries = [];

    /// <summary>Copies the entries from a position on.</summary>
    public IReadOnlyList<TimelineEntry> From(int position)
    {
        lock (_lock)
        {
            return _entries.GetRange(position, _entries.Count - position);
        }
    }

    public IReadOnlyList<TimelineEntry> Last(int count)
    {
        lock (_lock)
        {
            return _entries.GetRange(Math.Max(0, _entries.Count - count), Math.Min(count, _entries.Count));
        }
    }

    public void Add(TimelineSource source, string text)
    {
        lock (_lock)
        {
            _entries.Add(new TimelineEntry(DemoClock.Now, source, text));
        }
    }
}
