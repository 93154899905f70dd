using System.Diagnostics;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Fakes;

/// <summary>How long a test waits for a cluster of three.</summary>
static class StartPart
{
    const int Rounds = 201;

    public static async Task<double> RunAsync()
    {
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var since = Stopwatch.GetTimestamp();
            await using var pg = await FakePostgresCluster.StartAsync(standbys: 2);
            times[i] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Rounds / 2];
    }
}
