namespace ResilientPostgres.Sessions;

/// <summary>
/// A few threads of their own for asking the driver to cancel: it connects to the server to do so, synchronously, and on a silent
/// one that takes as long as a connect may. On pool threads a hundred cancelled calls would stop the whole process.
/// </summary>
static class CancellingThreads
{
    const int AtOnce = 4;

    static int _running;

    /// <summary>False if all of them are busy.</summary>
    public static bool TryRun(Action cancel)
    {
        if (Interlocked.Increment(ref _running) > AtOnce)
        {
            Interlocked.Decrement(ref _running);
            return false;
        }

        _ = Task.Factory.StartNew(() => Run(cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return true;
    }

    static void Run(Action cancel)
    {
        try
        {
            cancel();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
