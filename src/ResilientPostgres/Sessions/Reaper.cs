using System.Collections.Concurrent;
using Npgsql;
using ResilientPostgres.Monitoring;

namespace ResilientPostgres.Sessions;

/// <summary>
/// Ends what callers no longer wait for: sessions whose work was given up, and connections that are still being opened. Each holds a
/// place in its pool until then, so their number and age are metrics.
/// </summary>
sealed class Reaper(ISessionControl control, MonotonicClock clock)
{
    /// <summary>How long work that was asked to stop may go on before its session is cut off.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    readonly ConcurrentDictionary<object, TimeSpan> _orphans = new(ReferenceEqualityComparer.Instance);

    public int Count => _orphans.Count;

    /// <summary>How long the oldest has been waiting to end; zero without any.</summary>
    public TimeSpan OldestAge => _orphans.IsEmpty ? TimeSpan.Zero : clock.Now - _orphans.Values.Append(clock.Now).Min();

    /// <param name="session">What to close.</param>
    /// <param name="unwinding">Work that still runs on it; null if it has come back.</param>
    /// <param name="wasCut">It was cut off, and must not go back to its pool.</param>
    public void Take(NpgsqlConnection session, Task? unwinding, bool wasCut) =>
        Track(session, async () =>
        {
            if (unwinding is not null)
            {
                if (!wasCut && !await TimeLimit.WithinAsync(unwinding, _patience, clock, CancellationToken.None).ConfigureAwait(false))
                {
                    wasCut = control.TryAbort(session);
                }

                await unwinding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await (wasCut ? control.DiscardAsync(session) : session.DisposeAsync().AsTask()).ConfigureAwait(false);
        });

    /// <summary>Closes a connection that nobody waits for any more as soon as it is open.</summary>
    public void Take(Task<NpgsqlConnection> opening) =>
        Track(opening, async () =>
        {
            var late = await opening.ConfigureAwait(false);
            await late.DisposeAsync().ConfigureAwait(false);
        });

    void Track(object orphan, Func<Task> end)
    {
        _orphans[orphan] = clock.Now;
        Background.Run(async () =>
        {
            try
            {
                await end().ConfigureAwait(false);
            }
            finally
            {
                _orphans.TryRemove(orphan, out _);
            }
        });
    }
}
