using System.Collections.Immutable;

namespace ResilientPostgres.IntegrationTests.Discovery;

/// <summary>Lists what the test says, or fails as it says.</summary>
sealed class ListProvider(params ListedEndpoint[] listed) : IEndpointProvider, IAsyncDisposable
{
    volatile int _asked;

    public string Name => "test";

    public ImmutableArray<ListedEndpoint> Listed { get; set; } = [.. listed];

    public Exception? Failure { get; set; }

    public TimeSpan Delay { get; set; }

    public int Asked => _asked;

    public bool IsDisposed { get; private set; }

    public EndpointQuery? Query { get; private set; }

    public async Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        Query = query;
        Interlocked.Increment(ref _asked);
        await Task.Delay(Delay, cancellationToken);
        return Failure is { } failure ? throw failure : new EndpointListing(Listed) { ValidFor = TimeSpan.FromSeconds(1), Note = "as told" };
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }
}
