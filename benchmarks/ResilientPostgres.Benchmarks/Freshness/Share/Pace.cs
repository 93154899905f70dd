using System.Diagnostics;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Begins work at a steady rate, whether or not what was begun has ended, up to a limit of what may be open.</summary>
static class Pace
{
    const int MostOpen = 64;

    static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(2);

    public static async Task RunAsync(int perSecond, Func<int, Task> work, CancellationToken stop)
    {
        using var open = new SemaphoreSlim(MostOpen);
        using var timer = new PeriodicTimer(_tick);
        var began = Stopwatch.GetTimestamp();
        for (var count = 0; !stop.IsCancellationRequested;)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            for (var due = (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond); count < due; count++)
            {
                await open.WaitAsync(CancellationToken.None);
                _ = OneAsync(work, count, open);
            }
        }

        for (var i = 0; i < MostOpen; i++)
        {
            await open.WaitAsync(CancellationToken.None);
        }
    }

    static async Task OneAsync(Func<int, Task> work, int number, SemaphoreSlim open)
    {
        try
        {
            await Task.Run(() => work(number));
        }
        finally
        {
            open.Release();
        }
    }
}
