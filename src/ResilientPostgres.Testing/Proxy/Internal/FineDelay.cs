namespace ResilientPostgres.Testing;

/// <summary>
/// Waits that are exact to some tenths of a millisecond. A timer of .NET on Linux goes by a clock of 4 ms, and a delay of one would be four; a thread's sleep is not bound to that. One
/// thread for all, which sleeps without a limit while nobody waits.
/// </summary>
internal static class FineDelay
{
    static readonly TimeSpan _step = TimeSpan.FromMilliseconds(1);
    static readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    static readonly SemaphoreSlim _work = new(0);
    static readonly Lock _gate = new();
    static Thread? _thread;

    /// <summary>Longer ones are a timer's.</summary>
    internal static TimeSpan Longest { get; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Until this timestamp of the system's clock.</summary>
    internal static Task UntilAsync(long due)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue(waiter, due);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "ChaosProxy" };
                _thread.Start();
            }
        }

        _work.Release();
        return waiter.Task;
    }

    static void Run()
    {
        while (true)
        {
            _work.Wait(); // One for each waiter.
            for (var isDone = false; !isDone;)
            {
                isDone = TryEndFirst(out var left);
                if (!isDone)
                {
                    Thread.Sleep(left < _step ? left : _step); // Somebody may come in between who has to go first.
                }
            }
        }
    }

    static bool TryEndFirst(out TimeSpan left)
    {
        TaskCompletionSource? first;
        lock (_gate)
        {
            _waiting.TryPeek(out first, out var due);
            left = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), due);
            if (left > TimeSpan.Zero)
            {
                return false;
            }

            _waiting.Dequeue();
        }

        first!.SetResult();
        return true;
    }
}
