using System.Collections.Concurrent;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Where reads ran, and where they would have run if the primary had all within five seconds after a write.</summary>
sealed class ShareFigures
{
    readonly ConcurrentBag<(bool IsStandby, bool IsNaiveStandby, double Milliseconds)> _reads = [];
    int _writes;
    int _failed;
    int _stale;

    public int Reads => _reads.Count;

    public int Writes => _writes;

    public int Failed => _failed;

    /// <summary>They did not show what had been written in the process before.</summary>
    public int Stale => _stale;

    public double StandbyShare => Math.Round(_reads.Average(static r => r.IsStandby ? 1.0 : 0), 3);

    public double NaiveShare => Math.Round(_reads.Average(static r => r.IsNaiveStandby ? 1.0 : 0), 3);

    public double Milliseconds(double share) => Math.Round(Sample.Percentile(_reads.Select(static r => r.Milliseconds), share), 2);

    public void Read(bool isStandby, bool isNaiveStandby, bool isStale, TimeSpan time)
    {
        _reads.Add((isStandby, isNaiveStandby, time.TotalMilliseconds));
        if (isStale)
        {
            Interlocked.Increment(ref _stale);
        }
    }

    public void Wrote() => Interlocked.Increment(ref _writes);

    public void Fail() => Interlocked.Increment(ref _failed);
}
