using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing;

/// <content>What can happen to servers and to connections.</content>
public sealed partial class FakePostgresCluster
{
    /// <summary>Ends a server at once, like a machine's crash: its sessions are reset, its port refuses.</summary>
    /// <param name="server">A server of this cluster. One that is down is left as it is.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public void Kill(FakeServer server)
    {
        ThrowIfNotOurs(server);
        _ = server.Endpoint.CloseAsync();
        _ = server.Endpoint.EndAllAsync(farewell: null);
        server.State.Stop();
        Thaw(server);
    }

    /// <summary>Stops a server in an orderly way: sessions are told so (57P01), what was open is rolled back.</summary>
    /// <param name="server">A server of this cluster. One that is down is left as it is.</param>
    /// <returns>A task that ends when the sessions have.</returns>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public async Task StopAsync(FakeServer server)
    {
        ThrowIfNotOurs(server);
        await server.Endpoint.CloseAsync().ConfigureAwait(false);
        await server.Endpoint.EndAllAsync(new PostgresError("57P01", "terminating connection due to administrator command", isFatal: true)).ConfigureAwait(false);
        server.State.Stop();
        Thaw(server);
    }

    /// <summary>Starts a server that is down, in the role that it had. An old primary comes back as a primary; see <see cref="Rejoin"/>.</summary>
    /// <param name="server">A server of this cluster. One that is running is left as it is.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public void Start(FakeServer server)
    {
        ThrowIfNotOurs(server);
        if (!server.IsRunning)
        {
            server.State.Start();
            server.Endpoint.Open();
        }
    }

    /// <summary>Stops a server in an orderly way and starts it again.</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <param name="after">How long it is down, on the cluster's clock; no time by default.</param>
    /// <param name="cancellationToken">Ends the wait; the server stays down then.</param>
    /// <returns>A task that ends when it accepts sessions again.</returns>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public async Task RestartAsync(FakeServer server, TimeSpan after = default, CancellationToken cancellationToken = default)
    {
        await StopAsync(server).ConfigureAwait(false);
        await Task.Delay(after, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        Start(server);
    }

    /// <summary>Freezes a server: its port accepts, and nothing is answered.</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public void Freeze(FakeServer server)
    {
        ThrowIfNotOurs(server);
        server.IsFrozen = true;
        server.Gate.Close();
    }

    /// <summary>Lets a frozen server go on. One that is not frozen is left as it is.</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public void Thaw(FakeServer server)
    {
        ThrowIfNotOurs(server);
        server.IsFrozen = false;
        server.Gate.Open();
    }

    /// <summary>Refuses new connections. Sessions stay.</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public void Refuse(FakeServer server)
    {
        ThrowIfNotOurs(server);
        _ = server.Endpoint.CloseAsync();
    }

    /// <summary>Accepts new connections again. On a server that is down nothing happens.</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public void Accept(FakeServer server)
    {
        ThrowIfNotOurs(server);
        if (server.IsRunning)
        {
            server.Endpoint.Open();
        }
    }

    /// <summary>Resets all sessions of a server, as a firewall or a load balancer does. What was open is rolled back.</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public void DropConnections(FakeServer server)
    {
        ThrowIfNotOurs(server);
        _ = server.Endpoint.EndAllAsync(farewell: null);
    }

    /// <summary>Cuts the connection in the middle of the next reply to a statement of the application's, once.</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <param name="bytes">How much of the reply is still sent.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    public void CutReplyAfter(FakeServer server, int bytes)
    {
        ThrowIfNotOurs(server);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        server.Faults.CutAfter(bytes);
    }

    /// <summary>Loses the connection around the next commit of a transaction that has written, once.</summary>
    /// <param name="loss">Before or after it was applied.</param>
    /// <param name="server">A server of this cluster; null for the primary.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public void LoseCommitReply(CommitLoss loss, FakeServer? server = null)
    {
        server ??= Primary;
        ThrowIfNotOurs(server);
        server.Faults.LoseCommit(loss);
    }
}
