using System.Diagnostics.CodeAnalysis;

namespace ResilientPostgres.Testing;

/// <content>What can happen to one server.</content>
public sealed partial class PostgresCluster
{
    /// <summary>Kills a server with SIGKILL, as the system does when it is out of memory.</summary>
    /// <param name="server">A server of this cluster. One that is not running is left as it is.</param>
    /// <param name="scope">The postmaster alone, or all processes.</param>
    /// <param name="cancellationToken">Ends the wait for the postmaster's end.</param>
    /// <returns>A task that ends when the postmaster has.</returns>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public Task KillAsync(PostgresServer server, KillScope scope = KillScope.Postmaster, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(server);
        return server.Process.KillAsync(scope, cancellationToken);
    }

    /// <summary>Stops a server in an orderly way.</summary>
    /// <param name="server">A server of this cluster. One that is not running is left as it is.</param>
    /// <param name="mode">How it is asked.</param>
    /// <param name="cancellationToken">Ends the wait; the server goes on stopping.</param>
    /// <returns>A task that ends when the server has.</returns>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    /// <exception cref="PostgresServerException">It did not end within <see cref="PostgresClusterOptions.OperationTimeout"/>.</exception>
    public async Task StopAsync(PostgresServer server, StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(server);
        server.Process.Send(mode switch
        {
            StopMode.Immediate => Signal.Quit,
            StopMode.Smart => Signal.Terminate,
            _ => Signal.Interrupt,
        });
        if (!await server.Process.WaitForExitAsync(_layout.Timeout, cancellationToken).ConfigureAwait(false))
        {
            throw new PostgresServerException($"{server} did not stop within {_layout.Timeout}.", LogTail.Read(server.LogFile));
        }
    }

    /// <summary>Starts a server that was stopped or killed, in the role its data directory holds.</summary>
    /// <param name="server">A server of this cluster that is not running.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>A task that ends when the server accepts sessions.</returns>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    /// <exception cref="InvalidOperationException">It is running.</exception>
    /// <exception cref="PostgresServerException">It did not start.</exception>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The other overload is static and takes no server.")]
    public Task StartAsync(PostgresServer server, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(server);
        return server.Process.StartAsync(_layout.Timeout, cancellationToken);
    }

    /// <summary>Stops a server and starts it again.</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <param name="mode">How it is asked to stop.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the server accepts sessions again.</returns>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    /// <exception cref="PostgresServerException">It did not stop or start.</exception>
    public async Task RestartAsync(PostgresServer server, StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default)
    {
        await StopAsync(server, mode, cancellationToken).ConfigureAwait(false);
        await StartAsync(server, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops all processes of a server with SIGSTOP: it is there, its ports accept, and nothing answers.</summary>
    /// <param name="server">A running server of this cluster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when every process has stopped.</returns>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public Task FreezeAsync(PostgresServer server, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(server);
        return server.Process.FreezeAsync(_layout.Timeout, cancellationToken);
    }

    /// <summary>Lets a frozen server go on. One that is not frozen is left as it is.</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <returns>A completed task.</returns>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public Task ThawAsync(PostgresServer server)
    {
        ThrowIfNotOurs(server);
        server.Process.Thaw();
        return Task.CompletedTask;
    }

    /// <summary>Makes new transactions on a server read-only by default, or ends that (<c>default_transaction_read_only</c>).</summary>
    /// <param name="server">A running server of this cluster.</param>
    /// <param name="readOnly">Whether they are.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when new sessions see the setting.</returns>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    /// <exception cref="PostgresServerException">The server did not take the setting.</exception>
    public Task SetReadOnlyAsync(PostgresServer server, bool readOnly, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(server);
        server.Configuration.IsReadOnly = readOnly;
        server.Reconfigure();
        var sql = $"SELECT current_setting('default_transaction_read_only') = '{(readOnly ? "on" : "off")}'";
        return ServerSql.WaitUntilTrueAsync(server, sql, _layout.Timeout, "the change of default_transaction_read_only", cancellationToken);
    }
}
