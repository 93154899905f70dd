namespace ResilientPostgres.Testing;

/// <content>Which server is the primary.</content>
public sealed partial class PostgresCluster
{
    /// <summary>Promotes a standby, whatever has become of the primary.</summary>
    /// <param name="standby">A running standby of this cluster. See <see cref="MostAdvancedStandbyAsync"/>.</param>
    /// <param name="repointOthers">Whether the other standbys are told at the same time to follow it.</param>
    /// <param name="cancellationToken">Ends the wait, not the promotion.</param>
    /// <returns>How long it took from the request until the server accepted writes.</returns>
    /// <remarks>A primary that is still running stays one: that is how a split brain is made.</remarks>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    /// <exception cref="InvalidOperationException">It is not a running standby.</exception>
    /// <exception cref="PostgresServerException">It did not become a primary.</exception>
    public async Task<TimeSpan> PromoteAsync(PostgresServer standby, bool repointOthers = true, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        if (!standby.CanAnswer || standby.Upstream is null)
        {
            throw new InvalidOperationException($"{standby} is not a running standby.");
        }

        var followers = repointOthers ? Standbys.Where(other => other != standby).ToArray() : [];
        var duration = await Promotion.RunAsync(standby, followers, _layout.Timeout, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _primary, standby);
        return duration;
    }

    /// <summary>Makes an old primary, or a standby that went another way, a standby of <see cref="Primary"/>.</summary>
    /// <param name="oldPrimary">A server of this cluster other than the primary. It is stopped first if it runs.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it streams. What only it had written is gone.</returns>
    /// <exception cref="ArgumentException"><paramref name="oldPrimary"/> is the primary or belongs to another cluster.</exception>
    /// <exception cref="PostgresServerException">It could not be rewound, copied or started.</exception>
    public async Task RejoinAsync(PostgresServer oldPrimary, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(oldPrimary);
        var primary = Primary;
        if (oldPrimary == primary)
        {
            throw new ArgumentException($"{oldPrimary} is the primary.", nameof(oldPrimary));
        }

        if (oldPrimary.IsRunning)
        {
            oldPrimary.Process.Thaw();
            await StopAsync(oldPrimary, StopMode.Fast, cancellationToken).ConfigureAwait(false);
        }

        await new Rejoining(_layout, oldPrimary, primary).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes roles as planned: the primary stops and hands over all its WAL, the standby takes over, the old primary comes back as standby.</summary>
    /// <param name="standby">A running standby of this cluster.</param>
    /// <param name="cancellationToken">Ends the wait. The cluster may be left without a primary then.</param>
    /// <returns>How long each step took.</returns>
    /// <exception cref="ArgumentException"><paramref name="standby"/> belongs to another cluster.</exception>
    /// <exception cref="PostgresServerException">A step failed.</exception>
    public async Task<SwitchoverTimings> SwitchoverAsync(PostgresServer standby, CancellationToken cancellationToken = default)
    {
        ThrowIfNotOurs(standby);
        var clock = TimeProvider.System;
        var oldPrimary = Primary;
        await WaitUntilStreamingAsync(standby, cancellationToken).ConfigureAwait(false);

        var start = clock.GetTimestamp();
        await StopAsync(oldPrimary, StopMode.Fast, cancellationToken).ConfigureAwait(false);
        var stop = clock.GetElapsedTime(start);
        var promote = await PromoteAsync(standby, repointOthers: true, cancellationToken).ConfigureAwait(false);

        start = clock.GetTimestamp();
        await RejoinAsync(oldPrimary, cancellationToken).ConfigureAwait(false);
        return new SwitchoverTimings(stop, promote, clock.GetElapsedTime(start));
    }
}
