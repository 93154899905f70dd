namespace ResilientPostgres.Testing;

/// <content>What the proxy does to connections.</content>
public sealed partial class ChaosProxy
{
    /// <summary>How much later each chunk of bytes is passed on, in each direction. Order is kept.</summary>
    /// <value>The default value is zero. A chunk is what one read returned, at most 16 KiB.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Latency
    {
        get => _latency.Latency;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _latency.Latency = value;
        }
    }

    /// <summary>The most that is added to <see cref="Latency"/> at random, evenly spread.</summary>
    /// <value>The default value is zero.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan LatencyJitter
    {
        get => _latency.Jitter;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _latency.Jitter = value;
        }
    }

    /// <summary>The share of chunks that are delayed, between 0 and 1. Those behind a delayed one wait for it.</summary>
    /// <value>The default value is 1: all.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double LatencyShare
    {
        get => _latency.Share;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 0);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1);
            _latency.Share = value;
        }
    }

    /// <summary>Passes nothing on. Connections stay open, new ones are accepted, and what is sent waits.</summary>
    /// <param name="direction">The directions to freeze; the others go on as they are.</param>
    public void Freeze(ProxyDirection direction = ProxyDirection.Both)
    {
        foreach (var lane in Lanes(direction))
        {
            lane.Gate.Close();
        }
    }

    /// <summary>Passes on what waited since <see cref="Freeze"/>, and what comes.</summary>
    /// <param name="direction">The directions to thaw; the others go on as they are.</param>
    public void Thaw(ProxyDirection direction = ProxyDirection.Both)
    {
        foreach (var lane in Lanes(direction))
        {
            lane.Gate.Open();
        }
    }

    /// <summary>
    /// Which way <see cref="Latency"/> applies. One way only makes a round trip of one latency. Up to 20 ms it is exact to some tenths of a millisecond; longer ones go by
    /// .NET's timers, on Linux in steps of 4 ms.
    /// </summary>
    /// <value>The default is <see cref="ProxyDirection.Both"/>.</value>
    public ProxyDirection LatencyDirection
    {
        get => (_toServer.IsDelayed ? ProxyDirection.ToServer : 0) | (_toClient.IsDelayed ? ProxyDirection.ToClient : 0);
        set => (_toServer.IsDelayed, _toClient.IsDelayed) = (value.HasFlag(ProxyDirection.ToServer), value.HasFlag(ProxyDirection.ToClient));
    }

    /// <summary>Refuses new connections, as a host does on which nothing listens. Those there are stay.</summary>
    public void Refuse() => _ = _listener.CloseAsync();

    /// <summary>Accepts new connections again after <see cref="Refuse"/>, on the same port.</summary>
    /// <exception cref="ObjectDisposedException">The proxy was disposed.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Another process has taken the port.</exception>
    public void Accept()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        _listener.Open();
    }

    /// <summary>Limits what passes in a second, in one direction or in each of both, shared by all connections: a narrow line.</summary>
    /// <param name="bytesPerSecond">How many bytes; 0 for no limit.</param>
    /// <param name="direction">Which way.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytesPerSecond"/> is negative.</exception>
    public void LimitBandwidth(long bytesPerSecond, ProxyDirection direction = ProxyDirection.Both)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        foreach (var lane in Lanes(direction))
        {
            lane.Bandwidth.BytesPerSecond = bytesPerSecond;
        }
    }

    /// <summary>Resets all connections there are, to both sides.</summary>
    public void ResetAll()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.End(CutMode.Reset);
        }
    }

    /// <summary>
    /// Ends a connection once: the one that carries the byte after which exactly so many more have been passed on in this direction,
    /// counted over all connections. 0 ends the next one to carry anything that way, before it does.
    /// </summary>
    /// <param name="direction">The direction whose bytes count. With <see cref="ProxyDirection.Both"/> each counts for itself.</param>
    /// <param name="bytes">How many bytes still pass.</param>
    /// <param name="mode">How the connection ends.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    public void CutAfter(ProxyDirection direction, long bytes, CutMode mode = CutMode.Reset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        foreach (var lane in Lanes(direction))
        {
            lane.CutAfter(bytes, mode);
        }
    }

    IEnumerable<ProxyLane> Lanes(ProxyDirection direction)
    {
        if (direction.HasFlag(ProxyDirection.ToServer))
        {
            yield return _toServer;
        }

        if (direction.HasFlag(ProxyDirection.ToClient))
        {
            yield return _toClient;
        }
    }
}
