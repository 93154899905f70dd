namespace ResilientPostgres.Testing;

/// <summary>Lets waiters through while it is open.</summary>
internal sealed class AsyncGate
{
    readonly Lock _lock = new();
    TaskCompletionSource? _closed;

    internal void Close()
    {
        lock (_lock)
        {
            _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    internal void Open()
    {
        lock (_lock)
        {
            _closed?.SetResult();
            _closed = null;
        }
    }

    internal async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        // In a loop: it may have been closed again before the waiter woke.
        while (Volatile.Read(ref _closed) is { } closed)
        {
            await closed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
