using System.Collections.Concurrent;
using Npgsql;

namespace ResilientPostgres.Postgres;

/// <summary>
/// Paces the opening of physical connections. After a failover everybody wants a session of a server that has none yet; a hundred
/// new server processes at once make all of them slow, while a few serve the whole queue. Who finds the gate full waits for an
/// opening to end or a session to come back, whichever is first.
/// </summary>
sealed class OpenGate(int width, TimeSpan patience, TimeProvider time, Func<NpgsqlException> exhausted)
{
    readonly ConcurrentQueue<TaskCompletionSource> _waiters = new();
    int _opening;

    public bool IsFull => Volatile.Read(ref _opening) >= width;

    public void Enter() => Interlocked.Increment(ref _opening);

    public void Leave()
    {
        Interlocked.Decrement(ref _opening);
        WakeOne();
    }

    /// <summary>Something has come free. One waiter is enough: it wakes no other until it is done.</summary>
    public void WakeOne()
    {
        while (_waiters.TryDequeue(out var waiter))
        {
            if (waiter.TrySetResult())
            {
                return;
            }
        }
    }

    /// <summary>Waits for a turn.</summary>
    /// <exception cref="NpgsqlException">It waited as long as the driver would have made it wait for a session.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Enqueue(turn);

        // The last opening may have ended between our look and our queuing: then nobody would wake us.
        if (!IsFull)
        {
            WakeOne();
        }

        try
        {
            await turn.Task.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Woken and given up at once: the turn belongs to the next one.
            if (!turn.TrySetCanceled(CancellationToken.None))
            {
                WakeOne();
            }

            throw e is TimeoutException ? exhausted() : e;
        }
    }
}
