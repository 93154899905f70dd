using System.Threading.Tasks.Sources;

namespace ResilientPostgres.Sessions;

/// <summary>Waits for whichever ends first, the work or the patience with it: one object and no task, for nearly always it is the work.</summary>
sealed class Race : IValueTaskSource
{
    ManualResetValueTaskSourceCore<bool> _first;
    int _isEnded;

    public ValueTask AgainstAsync(Task work)
    {
        work.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(End);
        return new ValueTask(this, _first.Version);
    }

    public void End()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            _first.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token) => _first.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _first.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _first.OnCompleted(continuation, state, token, flags);
}
