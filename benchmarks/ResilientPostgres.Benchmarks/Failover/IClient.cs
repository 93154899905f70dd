namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>One way to the cluster, under the load that both get.</summary>
interface IClient : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Writes a row once, however often it is run.</summary>
    /// <returns>The port of the server that acknowledged it.</returns>
    Task<int> WriteAsync(long id);

    /// <summary>Writes a row, another with each run.</summary>
    /// <returns>The port of the server that acknowledged it.</returns>
    Task<int> WriteOnceAsync(long id);

    Task ReadAsync();
}
