namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>
/// Which values of one counter were acknowledged, in order; only its own session writes it. What was never acknowledged may have been read on a standby all the same and be lost with its primary, so what
/// such a read proves is the acknowledged value below.
/// </summary>
sealed class CounterLog
{
    readonly List<long> _acknowledged = [0];

    public long Last
    {
        get
        {
            lock (_acknowledged)
            {
                return _acknowledged[^1];
            }
        }
    }

    public void Acknowledged(long value)
    {
        lock (_acknowledged)
        {
            _acknowledged.Add(value);
        }
    }

    /// <summary>The highest acknowledged value up to that one. Only after the end.</summary>
    public long ProvenBy(long value)
    {
        var index = _acknowledged.BinarySearch(value);
        return _acknowledged[index >= 0 ? index : ~index - 1];
    }
}
