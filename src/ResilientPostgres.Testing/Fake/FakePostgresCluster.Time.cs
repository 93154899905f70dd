using System.Diagnostics;

namespace ResilientPostgres.Testing;

/// <content>Playing on a test's own clock.</content>
public sealed partial class FakePostgresCluster
{
    /// <summary>How far a clock is advanced at once unless a test says otherwise: less than what the library waits for by default.</summary>
    static readonly TimeSpan _step = TimeSpan.FromMilliseconds(200);

    static readonly TimeSpan _moment = TimeSpan.FromMicroseconds(500);

    const int PatientLooks = 20;

    static readonly TimeSpan _longMoment = TimeSpan.FromMilliseconds(4);

    /// <summary>Advances a test's clock step by step, and lets what became due be done in between: a clock that jumps would have everything time out at once.</summary>
    /// <param name="advance">Advances it: <c>clock.Advance</c> of a FakeTimeProvider.</param>
    /// <param name="by">How far in all.</param>
    /// <param name="step">How far at once; null for 200 milliseconds.</param>
    /// <returns>A task that ends when all is done.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is not positive.</exception>
    public async Task AdvanceAsync(Action<TimeSpan> advance, TimeSpan by, TimeSpan? step = null)
    {
        ArgumentNullException.ThrowIfNull(advance);
        var most = StepOf(step);
        for (var left = by; left > TimeSpan.Zero; left -= most)
        {
            await SettleAsync().ConfigureAwait(false);
            advance(left < most ? left : most);
        }

        await SettleAsync().ConfigureAwait(false);
    }

    /// <summary>Advances a test's clock step by step until a task has ended.</summary>
    /// <param name="advance">Advances it: <c>clock.Advance</c> of a FakeTimeProvider.</param>
    /// <param name="task">What is waited for. If it fails, so does this.</param>
    /// <param name="limit">How far at most; null for 10 minutes.</param>
    /// <param name="step">How far at once; null for 200 milliseconds.</param>
    /// <returns>A task that ends with it.</returns>
    /// <exception cref="TimeoutException">It has not ended when the clock has been advanced as far as <paramref name="limit"/>.</exception>
    public async Task AdvanceUntilAsync(Action<TimeSpan> advance, Task task, TimeSpan? limit = null, TimeSpan? step = null)
    {
        ArgumentNullException.ThrowIfNull(advance);
        ArgumentNullException.ThrowIfNull(task);
        var (most, left) = (StepOf(step), limit ?? TimeSpan.FromMinutes(10));

        // Most need no time at all; what runs for the first time is only slow to begin.
        for (var i = 0; i < PatientLooks && !task.IsCompleted; i++)
        {
            await SettleAsync().ConfigureAwait(false);
        }

        for (; !task.IsCompleted; left -= most)
        {
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"It has not ended within {limit ?? TimeSpan.FromMinutes(10)} on the test's clock. {Describe()}");
            }

            advance(most);
            await SettleAsync().ConfigureAwait(false);
        }

        await task.ConfigureAwait(false);
    }

    /// <summary>Waits until a data source would read on a standby, or on the primary where no standby is up: tests of where reads go begin with that.</summary>
    /// <param name="db">A data source for this cluster. It begins to look at its servers here at the latest.</param>
    /// <param name="advance">Advances the test's clock, if it has one: <c>clock.Advance</c> of a FakeTimeProvider.</param>
    /// <returns>A task that ends when it knows enough.</returns>
    /// <exception cref="TimeoutException">It does not get there.</exception>
    public async Task ReadyAsync(ResilientDataSource db, Action<TimeSpan>? advance = null)
    {
        ArgumentNullException.ThrowIfNull(db);
        const int looks = 5_000;
        _ = db.Explain();
        for (var i = 0; i < looks; i++)
        {
            await SettleAsync().ConfigureAwait(false);
            var wanted = _servers.Any(static s => s.Role == EndpointRole.Standby) ? EndpointRole.Standby : EndpointRole.Primary;
            if (db.ExplainRouting("SELECT 1").Decision.Chosen?.Role == wanted)
            {
                return;
            }

            advance?.Invoke(_step);
        }

        throw new TimeoutException($"It would not read where it should: {db.ExplainRouting("SELECT 1")}");
    }

    /// <summary>Waits, in real time, until nothing is said between clients and servers any more: about a millisecond.</summary>
    /// <returns>A task that ends when it is quiet.</returns>
    public async Task SettleAsync()
    {
        // The thread pool's queue is everybody's: where tests run side by side it may never be empty, and what was in it has had its turn after some moments.
        const int patience = 20;
        for (var silent = 0; silent == 0 || (ThreadPool.PendingWorkItemCount > 0 && silent < patience);)
        {
            silent = await IsSilentAsync().ConfigureAwait(false) ? silent + 1 : 0;
        }
    }

    /// <summary>For a moment, for what has been sent is not yet in anybody's queue. A timer's would be several times as long.</summary>
    async Task<bool> IsSilentAsync()
    {
        var (before, began) = (Activity.Count, Stopwatch.GetTimestamp());
        do
        {
            Thread.Sleep(0);
            await Task.Yield();
            if (Activity.Count != before)
            {
                return false;
            }
        }
        while (Stopwatch.GetElapsedTime(began) < (IsAnotherAtWork() ? _longMoment : _moment));

        return true;
    }

    /// <summary>A worker of the pool beside our own is busy: with something of the library's, perhaps for long because it runs for the first time, or with another test.</summary>
    static bool IsAnotherAtWork()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var free, out _);
        return most - free > 1;
    }

    string Describe()
    {
        var last = Statements.Count > 0 ? Statements[^1].ToString() : "none";
        var servers = _servers.Select(static s => $"{s.Name} {(!s.IsRunning ? "down" : s.IsFrozen ? "frozen" : s.Role.ToString())}");
        return $"Servers: {string.Join(", ", servers)}. The latest statement: {last}";
    }

    static TimeSpan StepOf(TimeSpan? step)
    {
        if (step is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(given, TimeSpan.Zero, nameof(step));
        }

        return step ?? _step;
    }
}
