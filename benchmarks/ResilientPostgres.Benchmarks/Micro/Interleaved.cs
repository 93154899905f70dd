using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Micro;

/// <summary>
/// Compares calls by short blocks in turn, thousands of times, and takes medians: what else the machine does hits all of them alike,
/// which benchmarks that run one after another can't achieve.
/// </summary>
static class Interleaved
{
    /// <param name="calls">What to compare, by name; the first is the baseline.</param>
    /// <param name="callsInBlock">Calls that one invocation makes.</param>
    /// <param name="duration">How long to go on.</param>
    public static async Task<IReadOnlyList<Measurement>> CompareAsync(
        IReadOnlyList<(string Name, Func<Task> Block)> calls, int callsInBlock, TimeSpan duration)
    {
        var times = calls.Select(static _ => new List<double>(1 << 16)).ToArray();
        var bytes = calls.Select(static _ => new List<double>(1 << 16)).ToArray();
        var began = TimeProvider.System.GetTimestamp();
        for (var first = 0; TimeProvider.System.GetElapsedTime(began) < duration; first++)
        {
            for (var i = 0; i < calls.Count; i++)
            {
                var which = (first + i) % calls.Count;
                var allocated = GC.GetTotalAllocatedBytes(precise: true);
                var start = TimeProvider.System.GetTimestamp();
                await calls[which].Block();
                times[which].Add(TimeProvider.System.GetElapsedTime(start).TotalNanoseconds / callsInBlock);
                bytes[which].Add((double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / callsInBlock);
            }
        }

        return [.. calls.Select((c, i) => new Measurement(c.Name, Sample.Median(times[i].Skip(times[i].Count / 10)), Sample.Median(bytes[i].Skip(bytes[i].Count / 10))))];
    }
}
