using System.Collections.Concurrent;
using ResilientPostgres.Freshness;

namespace ResilientPostgres.Commands;

/// <summary>Guarded reads that have been used before. One whose reader is still open, or that was given up, does not come back.</summary>
sealed class GuardedReads(Func<IPositionControl> positions)
{
    /// <summary>As many as a pool has sessions is enough.</summary>
    const int Most = 128;

    readonly ConcurrentQueue<GuardedRead> _spares = new();

    public GuardedRead Take() => _spares.TryDequeue(out var spare) ? spare : new GuardedRead(positions());

    public void Keep(GuardedRead read)
    {
        if (_spares.Count < Most)
        {
            read.Batch.Connection = null;
            _spares.Enqueue(read);
        }
    }
}
