using System.Collections.Immutable;

namespace ResilientPostgres.Discovery;

/// <summary>Lists the members that Patroni knows, by its REST interface.</summary>
sealed class PatroniProvider(PatroniOptions options) : IListsServers, IDisposable
{
    /// <summary>How long an answer waits for others to be compared with: a member that hangs must not hold up what the rest say.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    readonly PatroniClient _client = new(options);
    readonly PatroniAddresses _addresses = new(options);
    readonly TimeSpan _interval = options.Interval;
    PatroniAnswer? _last;

    public string Name { get; } = options.Scope is { } scope ? $"Patroni '{scope}'" : "Patroni";

    public async Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        var known = _addresses.All(query.Seeds);
        if (!query.IsInDoubt && _last is not null)
        {
            var reply = await _client.AskAsync(known[0], query.Time, cancellationToken).ConfigureAwait(false);
            if (reply.Answer?.Keeping(_last) is { } answer && !PatroniChoice.IsSurprising(_last, answer))
            {
                return Take(reply.From, answer, query.Time);
            }
        }

        return await AskAllAsync(known, query.Time, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _client.Dispose();

    async Task<EndpointListing> AskAllAsync(ImmutableArray<Uri> known, TimeProvider time, CancellationToken cancellationToken)
    {
        var replies = await RepliesAsync(known, time, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var good = replies.Where(static r => r.Answer is { Members.Length: > 0 }).ToArray();
        if (good.Length == 0)
        {
            throw new IOException(string.Join("; ", replies.Select(static r => $"{r.From}: {r.Failure ?? "it names no members"}").Order(StringComparer.Ordinal)));
        }

        var best = good[PatroniChoice.Best([.. good.Select(static r => r.Answer!)])];
        return Take(best.From, best.Answer!.Keeping(_last), time);
    }

    async Task<List<PatroniReply>> RepliesAsync(ImmutableArray<Uri> known, TimeProvider time, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var open = known.Select(m => _client.AskAsync(m, time, end.Token)).ToList();
        var replies = new List<PatroniReply>();
        Task patience = Task.Delay(Timeout.InfiniteTimeSpan, time, end.Token);
        while (open.Count > 0 && await Task.WhenAny([patience, .. open]).ConfigureAwait(false) is Task<PatroniReply> next)
        {
            open.Remove(next);
            replies.Add(await next.ConfigureAwait(false));
            if (replies.Count(static r => r.Answer is not null) == 1 && replies[^1].Answer is not null)
            {
                patience = Task.Delay(_patience, time, end.Token);
            }
        }

        await end.CancelAsync().ConfigureAwait(false);
        return replies;
    }

    EndpointListing Take(Uri from, PatroniAnswer answer, TimeProvider time)
    {
        _last = answer;
        _addresses.Answered(from, answer);
        return PatroniListing.Of(answer, from.GetLeftPart(UriPartial.Path), time.GetUtcNow(), _interval);
    }
}
