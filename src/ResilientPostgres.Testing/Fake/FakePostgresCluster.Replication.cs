namespace ResilientPostgres.Testing;

/// <content>How standbys follow.</content>
public sealed partial class FakePostgresCluster
{
    /// <summary>Lets a standby replay each write so much later. It receives it at once, so that a promotion loses nothing.</summary>
    /// <param name="standby">A standby of this cluster.</param>
    /// <param name="lag">How much later, on the cluster's clock; zero for at once.</param>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lag"/> is negative.</exception>
    public void SetLag(FakeServer standby, TimeSpan lag)
    {
        ThrowIfNotOurs(standby);
        ArgumentOutOfRangeException.ThrowIfLessThan(lag, TimeSpan.Zero);
        standby.State.SetLag(lag);
    }

    /// <summary>Stops the replay of a standby. It goes on receiving.</summary>
    /// <param name="standby">A standby of this cluster.</param>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    public void PauseReplay(FakeServer standby)
    {
        ThrowIfNotOurs(standby);
        standby.State.PauseReplay();
    }

    /// <summary>Lets a standby replay again.</summary>
    /// <param name="standby">A standby of this cluster.</param>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    public void ResumeReplay(FakeServer standby)
    {
        ThrowIfNotOurs(standby);
        standby.State.ResumeReplay();
    }

    /// <summary>Cuts a standby off from the primary's log: what is written from now on is lost if it is promoted.</summary>
    /// <param name="standby">A standby of this cluster.</param>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    public void Disconnect(FakeServer standby)
    {
        ThrowIfNotOurs(standby);
        standby.State.SetConnected(false);
    }

    /// <summary>Lets a standby receive again, and what it has missed first.</summary>
    /// <param name="standby">A standby of this cluster.</param>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    public void Reconnect(FakeServer standby)
    {
        ThrowIfNotOurs(standby);
        standby.State.SetConnected(true);
    }

    /// <summary>Makes new transactions on a server read-only by default, or ends that (<c>default_transaction_read_only</c>).</summary>
    /// <param name="server">A server of this cluster.</param>
    /// <param name="readOnly">Whether they are.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    public void SetReadOnly(FakeServer server, bool readOnly)
    {
        ThrowIfNotOurs(server);
        server.State.IsReadOnlyByDefault = readOnly;
    }

    /// <summary>Something is written to the log by somebody else.</summary>
    /// <param name="server">A running primary of this cluster; null for <see cref="Primary"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> belongs to another cluster.</exception>
    /// <exception cref="InvalidOperationException">It is not a running primary.</exception>
    public void Write(FakeServer? server = null)
    {
        server ??= Primary;
        ThrowIfNotOurs(server);
        if (server.Role != EndpointRole.Primary)
        {
            throw new InvalidOperationException($"{server} is not a running primary.");
        }

        var transaction = new FakeTransaction(State.NextProcessId());
        server.State.Write(transaction);
        server.State.Commit(transaction);
    }
}
