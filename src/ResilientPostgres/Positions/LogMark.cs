namespace ResilientPostgres.Positions;

/// <summary>The furthest position known on one timeline; raised by whoever learns more, so without a lock.</summary>
sealed class LogMark(uint timeline, ulong position)
{
    ulong _position = position;

    public uint Timeline => timeline;

    public ulong Position => Volatile.Read(ref _position);

    public void Raise(ulong to)
    {
        for (var seen = Position; seen < to;)
        {
            var before = Interlocked.CompareExchange(ref _position, to, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
