using System.Net;
using System.Net.Sockets;

namespace ResilientPostgres.IntegrationTests.Testing;

/// <summary>Sends back what it gets.</summary>
sealed class EchoServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Task _accepting;

    internal EchoServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    async Task AcceptAsync()
    {
        var echoes = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                Connections++;
                echoes.Add(EchoAsync(socket));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(echoes);
        }
    }

    static async Task EchoAsync(Socket socket)
    {
        using (socket)
        {
            var buffer = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(buffer) is var length and > 0)
                {
                    await socket.SendAsync(buffer.AsMemory(0, length));
                }
            }
            catch (SocketException)
            {
                // Reset.
            }
        }
    }
}
