using ResilientPostgres.Monitoring;

namespace ResilientPostgres.Discovery;

/// <summary>Asks a provider, one question at a time and each within its time, and ends it.</summary>
sealed class ProviderCalls(IEndpointProvider provider, MonotonicClock clock)
{
    /// <summary>How long a provider that hangs may hold up the data source's end.</summary>
    static readonly TimeSpan _ending = TimeSpan.FromSeconds(1);

    Task? _late;

    /// <summary>Why there is no answer that can be used; null if there was one, which has been taken.</summary>
    public async Task<string?> AskAsync(Func<EndpointQuery> query, Action<EndpointListing> take, TimeSpan limit, CancellationToken stop)
    {
        try
        {
            // One that heeds no cancellation would be called a second time beside the first, and hold a thread more with each.
            if (_late is { } late && !await TimeLimit.WithinAsync(late, limit, clock, stop).ConfigureAwait(false))
            {
                return "the question before was cancelled and has not ended; it is asked again when that has";
            }

            _late = null;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var asked = Task.Run(() => provider.ListAsync(query(), end.Token), end.Token);
            if (await TimeLimit.WithinAsync(asked, limit, clock, stop).ConfigureAwait(false))
            {
                var answer = await asked.ConfigureAwait(false);
                if (ListingRule.Refuse(answer) is { } reason)
                {
                    return reason;
                }

                take(answer);
                return null;
            }

            await end.CancelAsync().ConfigureAwait(false);
            Background.Observe(asked);
            _late = asked;
            return $"no answer within {limit.TotalSeconds:0.#} s (Monitoring:DiscoveryTimeout)";
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            return e.Message.Length > 0 ? e.Message : e.GetType().Name;
        }
    }

    /// <summary>Disposes it if it is disposable. Its failure is thrown.</summary>
    public async Task EndAsync()
    {
        var end = Task.Run(DisposeAsync);
        if (await TimeLimit.WithinAsync(end, _ending, clock, CancellationToken.None).ConfigureAwait(false))
        {
            await end.ConfigureAwait(false);
            return;
        }

        Background.Observe(end);
    }

    async Task DisposeAsync()
    {
        switch (provider)
        {
            case IAsyncDisposable asynchronous:
                await asynchronous.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }
}
