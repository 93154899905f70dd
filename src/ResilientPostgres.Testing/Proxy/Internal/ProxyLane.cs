namespace ResilientPostgres.Testing;

/// <summary>What holds for one direction of all connections through a proxy.</summary>
internal sealed class ProxyLane
{
    readonly Lock _lock = new();
    long? _bytesUntilCut;
    CutMode _cutMode;
    long _bytes;

    /// <summary>Whether the proxy's latency applies this way.</summary>
    internal volatile bool IsDelayed = true;

    internal AsyncGate Gate { get; } = new();

    internal BandwidthModel Bandwidth { get; } = new();

    internal long Bytes => Interlocked.Read(ref _bytes);

    internal void Count(int bytes) => Interlocked.Add(ref _bytes, bytes);

    internal void CutAfter(long bytes, CutMode mode)
    {
        lock (_lock)
        {
            _bytesUntilCut = bytes;
            _cutMode = mode;
        }
    }

    /// <summary>Says how many bytes of a chunk may pass, and whether the connection is cut after them.</summary>
    internal int Admit(int wanted, out CutMode? cut)
    {
        cut = null;
        lock (_lock)
        {
            if (_bytesUntilCut is not { } remaining)
            {
                return wanted;
            }

            if (wanted < remaining)
            {
                _bytesUntilCut = remaining - wanted;
                return wanted;
            }

            cut = _cutMode;
            _bytesUntilCut = null;
            return (int)remaining;
        }
    }
}
