using System.Net.Sockets;

namespace ResilientPostgres.Testing;

/// <summary>One client's connection and the one to the server that belongs to it.</summary>
internal sealed class ProxyConnection(Socket client, ProxyLane toServer, ProxyLane toClient, LatencyModel latency, TimeProvider clock)
{
    readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly CancellationTokenSource _ended = new();

    internal async Task RunAsync(string targetHost, int targetPort, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(targetHost, targetPort, stop.Token).ConfigureAwait(false);
            await CarryAsync(stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server is unreachable, a side was reset, or the proxy ends: the other side sees a reset.
            End(CutMode.Reset);
        }
    }

    /// <summary>Ends both sides at once, also while nothing is passed on.</summary>
    internal void End(CutMode mode)
    {
        _ = _ended.CancelAsync();
        foreach (var socket in new[] { client, _server })
        {
            if (mode == CutMode.Reset)
            {
                RequestReset(socket);
            }

            socket.Dispose();
        }
    }

    async Task CarryAsync(CancellationToken cancellationToken)
    {
        var requests = new ProxyPump(client, _server, toServer, latency, clock).RunAsync(cancellationToken);
        var replies = new ProxyPump(_server, client, toClient, latency, clock).RunAsync(cancellationToken);
        var first = await Task.WhenAny(requests, replies).ConfigureAwait(false);
        var second = first == requests ? replies : requests;

        // A half-closed connection goes on; a cut or broken one ends in both directions.
        if (first is { IsCompletedSuccessfully: true, Result: null })
        {
            End(await second.ConfigureAwait(false) ?? CutMode.Close);
            return;
        }

        End(first.IsCompletedSuccessfully ? first.Result ?? CutMode.Close : CutMode.Reset);
        await ((Task)second).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static void RequestReset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }
    }
}
