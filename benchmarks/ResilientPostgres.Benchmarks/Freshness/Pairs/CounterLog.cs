namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>
/// Which values of one counter were acknowledged, in order; only its own session writes it. What was never acknowledged may have been read on a standby all the same and be lost with its primary, so what
/// such a read proves is the acknowledged value below.
/// </summary>
sealed class CounterLog
{
    readonly List<long> _acknowledged = [0];
    readonly List<long> _moments = [0];

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

    public void Acknowledged(long value, long moment)
    {
        lock (_acknowledged)
        {
            _acknowledged.Add(value);
            _moments.Add(moment);
        }
    }

    /// <summary>The highest acknowledged value up to that one. Only after the end.</summary>
    public long ProvenBy(long value) => _acknowledged[IndexOf(value)];

    /// <summary>When that value, or the one below, was acknowledged. Only after the end.</summary>
    public long MomentOf(long value) => _moments[IndexOf(value)];

    int IndexOf(long value) => _acknowledged.BinarySearch(value) is var index && index >= 0 ? index : ~index - 1;
}
