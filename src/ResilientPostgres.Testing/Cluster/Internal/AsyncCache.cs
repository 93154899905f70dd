using System.Collections.Concurrent;

namespace ResilientPostgres.Testing;

/// <summary>Makes each value once, however many ask for it at the same time. A failure is not kept.</summary>
internal sealed class AsyncCache<TKey, TValue>
    where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, Lazy<Task<TValue>>> _entries = new();

    /// <remarks>One caller's cancellation ends its wait, not the work the others wait for.</remarks>
    internal async Task<TValue> GetAsync(TKey key, Func<TKey, Task<TValue>> make, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(key, wanted => new Lazy<Task<TValue>>(() => Task.Run(() => make(wanted))));
        var task = entry.Value;
        try
        {
            return await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch when (task.IsFaulted)
        {
            _entries.TryRemove(KeyValuePair.Create(key, entry));
            throw;
        }
    }
}
