namespace ResilientPostgres.Testing;

/// <content>Which server is the primary.</content>
public sealed partial class FakePostgresCluster
{
    /// <summary>Kills the primary and promotes a standby, as an HA system does.</summary>
    /// <param name="to">The standby; null for the one that has received most.</param>
    /// <param name="after">How long there is no primary, on the cluster's clock; no time by default.</param>
    /// <param name="cancellationToken">Ends the wait; the cluster is left without a primary then.</param>
    /// <returns>A task that ends when the standby has been promoted and the others follow it. The old primary stays down; see <see cref="Rejoin"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="to"/> belongs to another cluster.</exception>
    /// <exception cref="InvalidOperationException">There is no standby that could take over.</exception>
    public async Task FailOverAsync(FakeServer? to = null, TimeSpan after = default, CancellationToken cancellationToken = default)
    {
        var standby = to ?? MostAdvancedStandby();
        RequireStandby(standby);
        Kill(Primary);
        await Task.Delay(after, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        Promote(standby);
    }

    /// <summary>Changes roles as planned: the primary stops and hands over all its log, the standby takes over, the old primary comes back as a standby.</summary>
    /// <param name="to">The standby; null for the one that has received most.</param>
    /// <param name="after">How long there is no primary, on the cluster's clock; no time by default.</param>
    /// <param name="cancellationToken">Ends the wait; the cluster is left without a primary then.</param>
    /// <returns>A task that ends when all servers follow the new primary.</returns>
    /// <exception cref="ArgumentException"><paramref name="to"/> belongs to another cluster.</exception>
    /// <exception cref="InvalidOperationException">There is no standby that could take over.</exception>
    public async Task SwitchOverAsync(FakeServer? to = null, TimeSpan after = default, CancellationToken cancellationToken = default)
    {
        var standby = to ?? MostAdvancedStandby();
        RequireStandby(standby);
        var old = Primary;
        await StopAsync(old).ConfigureAwait(false);
        await Task.Delay(after, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        Promote(standby);
        Rejoin(old);
    }

    /// <summary>Promotes a standby while the primary goes on: both take writes from now on, each on a timeline of its own.</summary>
    /// <param name="other">The standby; null for the one that has received most.</param>
    /// <returns>The second primary, which <see cref="Primary"/> now is.</returns>
    /// <exception cref="ArgumentException"><paramref name="other"/> belongs to another cluster.</exception>
    /// <exception cref="InvalidOperationException">There is no standby that could be promoted.</exception>
    public FakeServer SplitBrain(FakeServer? other = null)
    {
        var standby = other ?? MostAdvancedStandby();
        Promote(standby, repointOthers: false);
        return standby;
    }

    /// <summary>Promotes a standby, whatever has become of the primary. What it has received is replayed first.</summary>
    /// <param name="standby">A running standby.</param>
    /// <param name="repointOthers">Whether the other standbys follow it from now on; one that has received more than it cannot.</param>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    /// <exception cref="InvalidOperationException">It is not a running standby.</exception>
    public void Promote(FakeServer standby, bool repointOthers = true)
    {
        RequireStandby(standby);
        lock (State.Lock)
        {
            var followers = repointOthers ? _servers.Where(s => s != standby && s.State.IsInRecovery && s.State.Log.IsBeginningOf(standby.State.Log)).ToArray() : [];
            standby.State.Promote();
            foreach (var follower in followers)
            {
                follower.State.Follow(standby.State);
            }

            Volatile.Write(ref _primary, standby);
        }
    }

    /// <summary>Makes an old primary, or a standby that went another way, a standby of <see cref="Primary"/>, and starts it. What only it had written is gone.</summary>
    /// <param name="server">A server other than the primary. If it is running its sessions are reset.</param>
    /// <exception cref="ArgumentException">It is the primary or belongs to another cluster.</exception>
    public void Rejoin(FakeServer server)
    {
        ThrowIfNotOurs(server);
        if (server == Primary)
        {
            throw new ArgumentException($"{server} is the primary.", nameof(server));
        }

        Kill(server);
        server.State.Rewind(Primary.State);
        Start(server);
    }

    FakeServer MostAdvancedStandby() =>
        _servers.Where(static s => s.IsRunning && s.State.IsInRecovery).MaxBy(static s => s.State.Look(static log => log.Received))
        ?? throw new InvalidOperationException("There is no running standby.");

    void RequireStandby(FakeServer server)
    {
        ThrowIfNotOurs(server);
        if (!server.IsRunning || !server.State.IsInRecovery)
        {
            throw new InvalidOperationException($"{server} is not a running standby.");
        }
    }
}
