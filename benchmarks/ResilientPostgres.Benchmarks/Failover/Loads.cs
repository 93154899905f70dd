namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>The loads that run at the same time.</summary>
sealed class Loads(params IReadOnlyList<Load> loads) : IAsyncDisposable
{
    public IReadOnlyList<Load> All => loads;

    public async ValueTask DisposeAsync()
    {
        foreach (var load in loads)
        {
            await load.DisposeAsync();
        }
    }
}
