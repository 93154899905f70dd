using NpgsqlTypes;
using ResilientPostgres.Positions;

namespace ResilientPostgres;

public sealed partial class ResilientDataSource
{
    static readonly TimeSpan _longestQuestion = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// What a read elsewhere must carry to see what was done here: in a <see cref="ConsistencyScope"/> all that it has written and read, outside one all that is committed
    /// by now. A position that is not known is asked of the primary, once for all who want to know at the time.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The token; <see langword="null"/> for a scope in which nothing was done.</returns>
    /// <exception cref="NoSuitableEndpointException">The primary had to be asked, and there was none within the total timeout.</exception>
    public async ValueTask<ConsistencyToken?> GetConsistencyTokenAsync(CancellationToken cancellationToken = default)
    {
        _cluster.EnsureStarted();
        var scope = ConsistencyScope.Current;
        var told = default(ConsistencyToken?);
        var isKnown = scope is not null && _cluster.Store.Current.SystemIdentifier is not null;
        for (var s = scope; s is not null && isKnown; s = s.Outer)
        {
            (told, isKnown) = Told(s, told);
        }

        if (isKnown)
        {
            return told;
        }

        var mark = await _cluster.Freshness.AskAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return _cluster.Store.Current.SystemIdentifier is { } system ? Further(told, new ConsistencyToken(system, mark.Timeline, new NpgsqlLogSequenceNumber(mark.Position))) : null;
    }

    /// <summary>What is known of a scope without asking, and whether that is all of it.</summary>
    (ConsistencyToken? Token, bool IsAll) Told(ConsistencyScope scope, ConsistencyToken? before)
    {
        var system = _cluster.Store.Current.SystemIdentifier!.Value;
        var token = scope.TokenOf(system) is { } required ? Further(before, required) : before;
        if (scope.Find(_cluster) is not { } done)
        {
            return (token, true);
        }

        token = done.Writes.Log is { } log ? Further(token, new ConsistencyToken(system, log.Timeline, new NpgsqlLogSequenceNumber(log.Position))) : token;
        return (token, done.Trail is null && done.Writes.Since <= TimeSpan.Zero);
    }

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
