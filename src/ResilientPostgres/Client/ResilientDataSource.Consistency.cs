using NpgsqlTypes;
using ResilientPostgres.Positions;

namespace ResilientPostgres;

public sealed partial class ResilientDataSource
{
    static readonly TimeSpan _longestQuestion = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Judges a token that came from outside: no position beyond what the primary has reached is taken over, so that no token, whoever made it, keeps reads off standbys
    /// that have everything. The primary is asked, for at most 250 milliseconds and once for all who want to know at the time, only if the position lies beyond the newest
    /// one known of it. A token of an earlier timeline is left as it is, and so is one of a timeline that was not seen yet: who made it has seen a promotion first.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>
    /// The token, its position at most what the primary has answered; as it is if the primary could not be asked; <see langword="null"/> if it belongs to another cluster.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The data source is disposed.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public async ValueTask<ConsistencyToken?> BoundAsync(ConsistencyToken token, CancellationToken cancellationToken = default)
    {
        _cluster.EnsureStarted();
        var store = _cluster.Store;
        if (store.Current is { SystemIdentifier: { } known } now)
        {
            if (token.SystemIdentifier != known)
            {
                return null;
            }

            if (token.Timeline != now.Timeline || (store.Mark is { } mark && mark.Timeline == token.Timeline && (ulong)token.Lsn <= mark.Position))
            {
                return token;
            }
        }

        // Also before the first look at the servers: whose token it is can't be told without.
        var answer = await TryAskAsync(cancellationToken).ConfigureAwait(false);
        return store.Current.SystemIdentifier is { } identifier && identifier != token.SystemIdentifier ? null
            : answer?.Timeline == token.Timeline && answer.Position < (ulong)token.Lsn ? token with { Lsn = new NpgsqlLogSequenceNumber(answer.Position) }
            : token;
    }

    /// <summary>
    /// What the work that follows a scope's must carry to see what that has written, and what it has read if asked for. If the primary has to be asked and can't be for some
    /// time, the answer to that is left to <see cref="BoundAsync"/>: a token beyond every position becomes what the primary has reached when it comes back.
    /// </summary>
    internal async ValueTask<ConsistencyToken?> CarryAsync(ConsistencyScope scope, bool withReads, CancellationToken cancellationToken)
    {
        var system = _cluster.Store.Current.SystemIdentifier;
        var required = scope.TokenOf(system);
        if (system is not { } identifier || scope.Find(_cluster) is not { } done)
        {
            return required;
        }

        var isKnown = done.Writes.Since <= TimeSpan.Zero;
        var known = done.Writes.Log is { } log ? Further(required, new ConsistencyToken(identifier, log.Timeline, new NpgsqlLogSequenceNumber(log.Position))) : required;
        if (isKnown && (!withReads || done.Trail is null))
        {
            return known;
        }

        var answer = await TryAskAsync(cancellationToken).ConfigureAwait(false);
        return answer is not null ? Further(required, new ConsistencyToken(identifier, answer.Timeline, new NpgsqlLogSequenceNumber(answer.Position)))
            : isKnown ? known
            : new ConsistencyToken(identifier, (uint)_cluster.Store.Current.Timeline, new NpgsqlLogSequenceNumber(FreshnessFloor.Never));
    }

    async ValueTask<PrimaryMark?> TryAskAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _cluster.Freshness.AskAsync().WaitAsync(_longestQuestion, _cluster.Clock.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null; // The reads themselves find out what is wrong with the primary.
        }
    }

    /// <summary>Whoever has a position of the later timeline has all that has survived of the earlier one.</summary>
    static ConsistencyToken Further(ConsistencyToken? first, ConsistencyToken second) =>
        first is { } f && (f.Timeline > second.Timeline || (f.Timeline == second.Timeline && f.Lsn > second.Lsn)) ? f : second;
}
