using System.Collections.Concurrent;
using System.Net.Sockets;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>A server's port and the sessions on it.</summary>
internal sealed class ServerEndpoint
{
    readonly ConcurrentDictionary<int, (Session Session, Socket Socket, Task Task)> _sessions = new();
    readonly ProxyListener _listener;
    readonly FakeServer _server;

    internal ServerEndpoint(FakeServer server)
    {
        _server = server;
        _listener = new ProxyListener(LoopbackPorts.Reserve(), Take);
        _listener.Open();
    }

    internal int Port => _listener.Port;

    internal IEnumerable<Session> Sessions => _sessions.Values.Select(static s => s.Session);

    internal int Admitted => _sessions.Values.Count(static s => s.Session.IsAdmitted);

    internal Session? Find(int processId) => _sessions.TryGetValue(processId, out var found) ? found.Session : null;

    internal void Open() => _listener.Open();

    internal Task CloseAsync() => _listener.CloseAsync();

    /// <summary>Ends all sessions.</summary>
    /// <param name="farewell">What their clients are told; null to reset the connections.</param>
    internal Task EndAllAsync(PostgresError? farewell)
    {
        var all = _sessions.Values.ToArray();
        foreach (var (session, socket, _) in all)
        {
            session.Terminate(farewell);
            if (farewell is null)
            {
                // At once, so that what a client does next already finds its session gone.
                End(socket, isOrderly: false);
                socket.Dispose();
            }
        }

        return Task.WhenAll(all.Select(static s => s.Task));
    }

    internal async Task DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await EndAllAsync(null).ConfigureAwait(false);
        LoopbackPorts.Release(Port);
    }

    /// <summary>Serves whoever is at the other end, to the end.</summary>
    /// <returns>Whether the connection is to be closed in an orderly way.</returns>
    internal static async Task<bool> ServeAsync(Session session)
    {
        try
        {
            return await new SessionLoop(session).RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return false; // The client has gone.
        }
    }

    void Take(Socket socket)
    {
        socket.NoDelay = true;
        var session = new Session(_server, new NetworkStream(socket, ownsSocket: false), _server.Cluster.State.NextProcessId());
        var isListed = new TaskCompletionSource();
        _sessions[session.ProcessId] = (session, socket, RunAsync(session, socket, isListed.Task));
        isListed.SetResult();
        _server.Cluster.Activity.Note();
    }

    async Task RunAsync(Session session, Socket socket, Task isListed)
    {
        // Otherwise a session that ends at once would be taken off the list before it is put on.
        await isListed.ConfigureAwait(false);
        await Task.Yield();
        try
        {
            End(socket, await ServeAsync(session).ConfigureAwait(false));
        }
        finally
        {
            socket.Dispose();
            _sessions.TryRemove(session.ProcessId, out _);
            session.Dispose();
            _server.Cluster.Activity.Note();
        }
    }

    static void End(Socket socket, bool isOrderly)
    {
        try
        {
            if (isOrderly)
            {
                socket.Shutdown(SocketShutdown.Both);
            }
            else
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }
    }
}
