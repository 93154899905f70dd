namespace ResilientPostgres.Tests.Discovery;

/// <summary>Answers as the test says and counts how often it is asked at once.</summary>
sealed class StubbornProvider(Func<Task<EndpointListing>> answer) : IEndpointProvider, IAsyncDisposable
{
    int _running;

    public string Name => "stubborn";

    public Func<Task<EndpointListing>> Answer { get; set; } = answer;

    public Func<ValueTask> End { get; set; } = static () => default;

    public int Asked { get; private set; }

    public int MostAtOnce { get; private set; }

    /// <summary>Heeds no cancellation.</summary>
    public async Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        Asked++;
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        try
        {
            return await Answer();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public ValueTask DisposeAsync() => End();
}
