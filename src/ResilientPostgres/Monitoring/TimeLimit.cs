namespace ResilientPostgres.Monitoring;

/// <summary>Waits for an answer for a limited time, and does not mistake its own late timer for a silent server.</summary>
static class TimeLimit
{
    /// <summary>Whether the task ended, well or badly, within the limit.</summary>
    public static async Task<bool> WithinAsync(Task task, TimeSpan limit, MonotonicClock clock, CancellationToken cancellationToken)
    {
        while (!task.IsCompleted)
        {
            var began = clock.Now;
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(task, clock.Delay(limit, timer.Token)).ConfigureAwait(false);
            await timer.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();

            // A pause of this process (GC, starved pool) delays timer and answer alike: then the answer gets its time again.
            var isOurTimerLate = clock.Now - began > limit * 1.5;
            if (!isOurTimerLate)
            {
                break;
            }
        }

        return task.IsCompleted;
    }
}
