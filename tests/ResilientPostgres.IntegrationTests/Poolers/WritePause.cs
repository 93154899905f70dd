using System.Diagnostics;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Poolers;

/// <summary>A writer whose longest time between two acknowledged writes is measured.</summary>
sealed class WritePause(ResilientDataSource db) : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    Task _writing = Task.CompletedTask;
    long _written;

    internal TimeSpan Longest { get; private set; }

    internal static async Task<WritePause> BeginAsync(ResilientDataSource db)
    {
        await db.WriteAsync("CREATE TABLE IF NOT EXISTS pause (id bigint)", OperationSafety.Idempotent);
        var pause = new WritePause(db);
        pause._writing = Task.Run(pause.WriteAsync);
        await pause.MoreAsync();
        pause.Longest = default;
        return pause;
    }

    /// <summary>Until it has gone on for a while.</summary>
    internal Task MoreAsync()
    {
        var target = Volatile.Read(ref _written) + 50;
        return Eventually.TrueAsync(() => Volatile.Read(ref _written) >= target || _writing.IsCompleted, () => db.Topology.ToString());
    }

    internal async Task<TimeSpan> EndAsync(string what)
    {
        await MoreAsync();
        await _stop.CancelAsync();
        await _writing;
        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: longest pause between two writes {Longest.TotalMilliseconds:F0} ms");
        return Longest;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        _stop.Dispose();
    }

    async Task WriteAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            await db.WriteAsync("INSERT INTO pause VALUES (1)", OperationSafety.Idempotent);
            var now = Stopwatch.GetTimestamp();
            var gap = Stopwatch.GetElapsedTime(since, now);
            (Longest, since) = (gap > Longest ? gap : Longest, now);
            Interlocked.Increment(ref _written);
        }
    }
}
