using System.Net.Sockets;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>Whether somebody listens on a port.</summary>
static class LoopbackConnection
{
    internal static async ValueTask<bool> IsAcceptedAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(PostgresServer.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
