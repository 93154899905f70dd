using System.Diagnostics;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>One way of doing it: how long each time took, and what was allocated.</summary>
sealed class CostArm
{
    readonly List<double> _times = [];
    readonly List<double> _bytes = [];

    public double Ms => Sample.Median(_times);

    /// <summary>The median too: a monitor's probe in between is not the call's.</summary>
    public double Bytes => Sample.Median(_bytes);

    public async Task TimeAsync(Func<Task> run, bool counts)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var began = Stopwatch.GetTimestamp();
        await run();
        var time = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        if (counts)
        {
            _times.Add(time);
            _bytes.Add(allocated);
        }
    }

    public override string ToString() => $"{Ms:F3} ms, {Bytes:F0} B";
}
