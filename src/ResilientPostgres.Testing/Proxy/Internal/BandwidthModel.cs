namespace ResilientPostgres.Testing;

/// <summary>What a line carries in a second, shared by all connections through it.</summary>
internal sealed class BandwidthModel
{
    const int SlicesPerSecond = 50;

    readonly Lock _lock = new();
    long _bytesPerSecond;
    long _freeAt;

    /// <summary>0 for no limit.</summary>
    internal long BytesPerSecond
    {
        get => Interlocked.Read(ref _bytesPerSecond);
        set => Interlocked.Exchange(ref _bytesPerSecond, value);
    }

    /// <summary>How many of these bytes go at once: a fiftieth of a second's, so that a slow line flows and does not jump.</summary>
    internal int Slice(int bytes) => BytesPerSecond is var limit and > 0 ? (int)Math.Clamp(limit / SlicesPerSecond, 1, bytes) : bytes;

    /// <summary>When so many bytes have passed the line, if they are sent now and it is free.</summary>
    internal long Reserve(int bytes, TimeProvider clock)
    {
        var limit = BytesPerSecond;
        if (limit == 0)
        {
            return 0;
        }

        lock (_lock)
        {
            return _freeAt = Math.Max(_freeAt, clock.GetTimestamp()) + (long)((double)bytes / limit * clock.TimestampFrequency);
        }
    }
}
