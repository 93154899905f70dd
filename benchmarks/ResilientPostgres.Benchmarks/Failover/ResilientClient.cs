namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>The library with its defaults.</summary>
sealed class ResilientClient(string connectionString) : IClient
{
    public string Name => "ResilientPostgres";

    public ResilientDataSource Source { get; } = new ResilientDataSourceBuilder(connectionString).Build();

    /// <summary>Told where each attempt of a write begins: it has its session then.</summary>
    public Watch Begun { get; } = new();

    public Task<int> WriteAsync(long id) => Source.WriteAsync(
        (connection, token) =>
        {
            Begun.Note(connection.Port);
            return Statements.WriteAsync(connection, id, token);
        },
        OperationSafety.Idempotent);

    public Task<int> WriteOnceAsync(long id) => Source.WriteAsync((connection, token) => Statements.WriteOnceAsync(connection, id, token));

    public Task ReadAsync() => Source.ReadAsync(Statements.ReadAsync);

    /// <summary>Until every server may be used.</summary>
    public async Task SettleAsync()
    {
        var until = TimeProvider.System.GetTimestamp();
        while (Source.Topology.Current is not { Primary: not null } seen || !seen.Endpoints.All(static e => e.Status == EndpointStatus.Available))
        {
            if (TimeProvider.System.GetElapsedTime(until) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException("The cluster is not seen as whole:\n" + Source.Topology);
            }

            await Task.Delay(20);
        }
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
