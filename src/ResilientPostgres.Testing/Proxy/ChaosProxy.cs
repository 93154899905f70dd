using System.Collections.Concurrent;
using System.Net.Sockets;

namespace ResilientPostgres.Testing;

/// <summary>A TCP proxy on the loopback interface that does to connections what networks do.</summary>
/// <remarks>
/// All members may be called from any thread at any time. Faults apply to the connections there are and to those that come,
/// unless a member says otherwise.
/// </remarks>
public sealed partial class ChaosProxy : IAsyncDisposable
{
    readonly ConcurrentDictionary<ProxyConnection, Task> _connections = new();
    readonly CancellationTokenSource _stop = new();
    readonly ProxyLane _toServer = new();
    readonly ProxyLane _toClient = new();
    readonly LatencyModel _latency;
    readonly TimeProvider _clock;
    readonly ProxyListener _listener;
    readonly bool _ownsPort;
    Target _target;
    long _acceptedConnections;
    int _isDisposed;

    ChaosProxy(string targetHost, int targetPort, ChaosProxyOptions options)
    {
        _target = new Target(targetHost, targetPort);
        _latency = new LatencyModel(options.Seed);
        _clock = options.TimeProvider;
        _ownsPort = options.Port == 0;
        _listener = new ProxyListener(_ownsPort ? LoopbackPorts.Reserve() : options.Port, Take);
    }

    /// <summary>The address the proxy listens on, always <c>127.0.0.1</c>.</summary>
    public string Host => PostgresServer.Loopback;

    /// <summary>The port the proxy listens on. It never changes.</summary>
    public int Port => _listener.Port;

    /// <summary>The host new connections are made to.</summary>
    public string TargetHost => Volatile.Read(ref _target).Host;

    /// <summary>The port new connections are made to.</summary>
    public int TargetPort => Volatile.Read(ref _target).Port;

    /// <summary>How many bytes were passed on to the server.</summary>
    public long BytesToServer => _toServer.Bytes;

    /// <summary>How many bytes were passed on to the client.</summary>
    public long BytesToClient => _toClient.Bytes;

    /// <summary>How many connections there are.</summary>
    public int ActiveConnections => _connections.Count;

    /// <summary>How many connections there have been.</summary>
    public long AcceptedConnections => Interlocked.Read(ref _acceptedConnections);

    /// <summary>Starts a proxy.</summary>
    /// <param name="targetHost">The host to connect to: an IPv4 address or a name that has one.</param>
    /// <param name="targetPort">The port to connect to.</param>
    /// <param name="options">How it is set up; null for the defaults.</param>
    /// <returns>The listening proxy. Dispose it to end it and its connections.</returns>
    /// <exception cref="ArgumentException"><paramref name="targetHost"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A port is out of its range.</exception>
    /// <exception cref="SocketException">The port to listen on is taken.</exception>
    public static Task<ChaosProxy> StartAsync(string targetHost, int targetPort, ChaosProxyOptions? options = null)
    {
        options ??= new ChaosProxyOptions();
        ArgumentException.ThrowIfNullOrEmpty(targetHost);
        ThrowIfNoPort(targetPort, nameof(targetPort), lowest: 1);
        ThrowIfNoPort(options.Port, nameof(options), lowest: 0);
        var proxy = new ChaosProxy(targetHost, targetPort, options);
        proxy._listener.Open();
        return Task.FromResult(proxy);
    }

    /// <summary>Sends new connections to another server. Those there are stay where they are.</summary>
    /// <param name="targetHost">The host to connect to.</param>
    /// <param name="targetPort">The port to connect to.</param>
    /// <exception cref="ArgumentException"><paramref name="targetHost"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="targetPort"/> is no port.</exception>
    public void Retarget(string targetHost, int targetPort)
    {
        ArgumentException.ThrowIfNullOrEmpty(targetHost);
        ThrowIfNoPort(targetPort, nameof(targetPort), lowest: 1);
        Volatile.Write(ref _target, new Target(targetHost, targetPort));
    }

    /// <summary>Ends the proxy and resets its connections.</summary>
    /// <returns>A task that ends when no socket and no task is left.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _listener.CloseAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        ResetAll();
        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
        _stop.Dispose();
        if (_ownsPort)
        {
            LoopbackPorts.Release(Port);
        }
    }

    static void ThrowIfNoPort(int port, string name, int lowest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, lowest, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65_535, name);
    }

    void Take(Socket client)
    {
        Interlocked.Increment(ref _acceptedConnections);
        var connection = new ProxyConnection(client, _toServer, _toClient, _latency, _clock);
        var target = Volatile.Read(ref _target);
        var isListed = new TaskCompletionSource();
        _connections[connection] = RunAsync(connection, target, isListed.Task);
        isListed.SetResult();
    }

    async Task RunAsync(ProxyConnection connection, Target target, Task isListed)
    {
        // Otherwise a connection that ends at once would be taken off the list before it is put on.
        await isListed.ConfigureAwait(false);
        await connection.RunAsync(target.Host, target.Port, _stop.Token).ConfigureAwait(false);
        _connections.TryRemove(connection, out _);
    }

    sealed record Target(string Host, int Port);
}
