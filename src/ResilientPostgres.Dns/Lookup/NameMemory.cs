using System.Collections.Concurrent;

namespace ResilientPostgres.Dns.Lookup;

/// <summary>The last good answer for each name, and until when it holds without asking.</summary>
sealed class NameMemory<T>
    where T : class
{
    /// <summary>Who comes so little too early would else wait for another whole round.</summary>
    static readonly TimeSpan _slack = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentDictionary<string, (T Value, TimeSpan Until)> _kept = new(StringComparer.OrdinalIgnoreCase);

    public void Keep(string name, T value, TimeSpan until) => _kept[name] = (value, until);

    public T? LastGood(string name) => _kept.GetValueOrDefault(name).Value;

    /// <summary>Null if it must be asked for.</summary>
    public Resolved<T>? Fresh(string name, LookupPass pass) =>
        !pass.IsInDoubt && _kept.TryGetValue(name, out var kept) && kept.Until - pass.Now > _slack ? new Resolved<T>(kept.Value, kept.Until - pass.Now) : null;
}
