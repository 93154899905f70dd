using ResilientPostgres.Monitoring;
using ResilientPostgres.Positions;

namespace ResilientPostgres.Freshness;

/// <summary>Asks the primary how far its log is, once for all who want to know. An answer serves those whose writes had ended before it was asked for.</summary>
/// <param name="ask">Asks.</param>
/// <param name="clock">Our clock.</param>
sealed class PositionQuestion(Func<Task<PrimaryMark>> ask, MonotonicClock clock)
{
    readonly Lock _gate = new();
    Task<PrimaryMark>? _running;
    Task<PrimaryMark>? _next;
    TimeSpan _begunAt;

    /// <param name="since">Whatever was acknowledged before this moment is to be covered.</param>
    public Task<PrimaryMark> AskAsync(TimeSpan since)
    {
        lock (_gate)
        {
            if (_running is { IsCompleted: false } running)
            {
                // It is sent after it was begun, which is what counts; of two things at the same moment nobody knows which came first.
                return _begunAt > since ? running : _next ??= AfterAsync(running);
            }

            return Begin();
        }
    }

    Task<PrimaryMark> Begin()
    {
        _begunAt = clock.Now;
        _running = ask();
        Background.Observe(_running);
        return _running;
    }

    async Task<PrimaryMark> AfterAsync(Task<PrimaryMark> running)
    {
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<PrimaryMark> mine;
        lock (_gate)
        {
            _next = null;
            mine = Begin();
        }

        return await mine.ConfigureAwait(false);
    }
}
