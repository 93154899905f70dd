using System.Net;
using System.Net.Sockets;

namespace ResilientPostgres.Testing;

/// <summary>A loopback listener that can be closed and opened again on the same port.</summary>
internal sealed class ProxyListener(int port, Action<Socket> accepted)
{
    readonly Lock _lock = new();
    Socket? _socket;
    Task _accepting = Task.CompletedTask;

    internal int Port => port;

    internal void Open()
    {
        lock (_lock)
        {
            if (_socket is not null)
            {
                return;
            }

            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen(512);
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            _socket = socket;
            _accepting = AcceptAsync(socket);
        }
    }

    /// <summary>Closes the listener; connections that were accepted stay.</summary>
    /// <returns>A task that ends when nothing is accepted any more.</returns>
    internal Task CloseAsync()
    {
        lock (_lock)
        {
            _socket?.Dispose();
            _socket = null;
            return _accepting;
        }
    }

    async Task AcceptAsync(Socket socket)
    {
        try
        {
            while (true)
            {
                accepted(await socket.AcceptAsync().ConfigureAwait(false));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
