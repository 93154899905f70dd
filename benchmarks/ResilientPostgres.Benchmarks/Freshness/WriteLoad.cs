using Npgsql;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Writers whose rows the standby has to replay beside the heartbeats: some megabytes a second.</summary>
sealed class WriteLoad : IAsyncDisposable
{
    static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(5);

    readonly CancellationTokenSource _stop = new();
    readonly NpgsqlDataSource _source;
    readonly Task _writers;

    public WriteLoad(string primary, int writers)
    {
        _source = NpgsqlDataSource.Create(primary);
        _writers = Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(WriteAsync)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writers;
        await _source.DisposeAsync();
    }

    async Task WriteAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await using var command = _source.CreateCommand("INSERT INTO load SELECT repeat('x', 200) FROM generate_series(1, 100)");
            await command.ExecuteNonQueryAsync();
            await Task.Delay(_pace);
        }
    }
}
