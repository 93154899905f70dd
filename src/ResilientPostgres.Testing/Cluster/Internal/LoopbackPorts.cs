using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ResilientPostgres.Testing;

/// <summary>
/// Hands out free loopback ports below the range the system uses for outgoing connections,
/// so that a port whose server is down for a while is still free when it comes back.
/// </summary>
internal static class LoopbackPorts
{
    const int Lowest = 15_000;
    static readonly Lock Gate = new();
    static readonly HashSet<int> Reserved = [];
    static readonly Random Random = new();
    static readonly int End = FirstOutgoingPort();

    internal static int Reserve() => Reserve([PostgresServer.Loopback]);

    /// <summary>Reserves a port that is free on all the addresses.</summary>
    internal static int Reserve(IReadOnlyCollection<string> addresses)
    {
        lock (Gate)
        {
            for (var attempt = 0; attempt < 1_000; attempt++)
            {
                var port = Random.Next(Lowest, End);
                if (addresses.All(address => IsFree(address, port)) && Reserved.Add(port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"No free port between {Lowest} and {End}.");
    }

    internal static void Release(int port)
    {
        lock (Gate)
        {
            Reserved.Remove(port);
        }
    }

    internal static bool IsLoopback(string address) =>
        IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(parsed);

    static bool IsFree(string address, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static int FirstOutgoingPort()
    {
        const string Setting = "/proc/sys/net/ipv4/ip_local_port_range";
        var range = File.Exists(Setting) ? File.ReadAllText(Setting) : "";
        var first = range.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(first, CultureInfo.InvariantCulture, out var port) && port > Lowest + 1_000 ? port : 32_768;
    }
}
