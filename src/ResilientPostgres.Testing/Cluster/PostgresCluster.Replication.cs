namespace ResilientPostgres.Testing;

/// <content>What can happen to the stream between two servers.</content>
public sealed partial class PostgresCluster
{
    /// <summary>Points a standby at another server; it reconnects without a restart.</summary>
    /// <param name="standby">A standby of this cluster.</param>
    /// <param name="newPrimary">The server to stream from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the standby streams from it, or at once if the standby is stopped, frozen or cut off.</returns>
    /// <exception cref="ArgumentException">A server belongs to another cluster.</exception>
    /// <exception cref="PostgresServerException">The standby does not stream, for example because it is ahead of that server.</exception>
    public Task FollowAsync(PostgresServer standby, PostgresServer newPrimary, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        ThrowIfNotOurs(newPrimary);
        standby.Follow(newPrimary);
        return standby.CanAnswer && !standby.Configuration.IsDisconnected
            ? WaitUntilStreamingAsync(standby, cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>Cuts a standby off from its primary. It stays up and answers from what it has.</summary>
    /// <param name="standby">A standby of this cluster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the stream has.</returns>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    public Task DisconnectFromPrimaryAsync(PostgresServer standby, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        return Replication.DisconnectAsync(standby, _layout.Timeout, cancellationToken);
    }

    /// <summary>Lets a standby stream again after <see cref="DisconnectFromPrimaryAsync"/>.</summary>
    /// <param name="standby">A standby of this cluster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it streams.</returns>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    public Task ReconnectAsync(PostgresServer standby, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        standby.Configuration.IsDisconnected = false;
        standby.Reconfigure();
        return WaitUntilStreamingAsync(standby, cancellationToken);
    }

    /// <summary>Holds replay on a standby. It goes on receiving.</summary>
    /// <param name="standby">A running standby of this cluster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when replay has halted.</returns>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    public Task PauseReplayAsync(PostgresServer standby, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        return Replication.PauseReplayAsync(standby, _layout.Timeout, cancellationToken);
    }

    /// <summary>Lets replay go on after <see cref="PauseReplayAsync"/>.</summary>
    /// <param name="standby">A running standby of this cluster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the server has taken the request.</returns>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    public Task ResumeReplayAsync(PostgresServer standby, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        return Replication.ResumeReplayAsync(standby, cancellationToken);
    }

    /// <summary>Makes a standby replay each commit this much later than it was made (<c>recovery_min_apply_delay</c>).</summary>
    /// <param name="standby">A running standby of this cluster.</param>
    /// <param name="delay">The delay, in whole milliseconds; zero ends it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the setting holds.</returns>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative or longer than 24 days.</exception>
    public Task DelayReplayAsync(PostgresServer standby, TimeSpan delay, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, TimeSpan.FromDays(24));
        return Replication.DelayReplayAsync(standby, delay, _layout.Timeout, cancellationToken);
    }

    /// <summary>Waits until a standby streams from the server it follows.</summary>
    /// <param name="standby">A running standby of this cluster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when both sides say so.</returns>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    /// <exception cref="InvalidOperationException">It is not a standby.</exception>
    /// <exception cref="PostgresServerException">It did not within <see cref="PostgresClusterOptions.OperationTimeout"/>.</exception>
    public Task WaitUntilStreamingAsync(PostgresServer standby, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        return Replication.WaitUntilStreamingAsync(standby, _layout.Timeout, cancellationToken);
    }

    /// <summary>Waits until a standby has replayed all that the server it follows has written so far.</summary>
    /// <param name="standby">A running standby of this cluster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it has. If the other server is down, what the standby has received counts.</returns>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    /// <exception cref="PostgresServerException">It did not within <see cref="PostgresClusterOptions.OperationTimeout"/>.</exception>
    public Task WaitForReplayAsync(PostgresServer standby, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        return Replication.WaitForReplayAsync(standby, _layout.Timeout, cancellationToken);
    }

    /// <summary>Finds the standby that has received the most WAL: the one to promote.</summary>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>That standby; the first by name among equals. Stopped and frozen ones are not asked.</returns>
    /// <exception cref="InvalidOperationException">No standby is running.</exception>
    public Task<PostgresServer> MostAdvancedStandbyAsync(CancellationToken cancellationToken = default) =>
        Replication.MostAdvancedAsync(Standbys, cancellationToken);
}
