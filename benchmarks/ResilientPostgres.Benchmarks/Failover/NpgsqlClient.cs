using Npgsql;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>
/// Npgsql's own multi-host data source. It repeats nothing. Its memory of a host's state is shortened from 10 s to 1 s, in its favour:
/// the rounds follow each other faster than in life.
/// </summary>
sealed class NpgsqlClient : IClient
{
    readonly NpgsqlMultiHostDataSource _source;
    readonly NpgsqlDataSource _writes;
    readonly NpgsqlDataSource _reads;

    public NpgsqlClient(string connectionString)
    {
        _source = new NpgsqlDataSourceBuilder(connectionString + ";Host Recheck Seconds=1;Load Balance Hosts=true").BuildMultiHost();
        _writes = _source.WithTargetSession(TargetSessionAttributes.Primary);
        _reads = _source.WithTargetSession(TargetSessionAttributes.PreferStandby);
    }

    public string Name => "Npgsql multi-host";

    public Task<int> WriteAsync(long id) => RunAsync(_writes, c => Statements.WriteAsync(c, id, CancellationToken.None));

    public Task<int> WriteOnceAsync(long id) => RunAsync(_writes, c => Statements.WriteOnceAsync(c, id, CancellationToken.None));

    public Task ReadAsync() => RunAsync(_reads, static c => Statements.ReadAsync(c, CancellationToken.None));

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    static async Task<int> RunAsync(NpgsqlDataSource source, Func<NpgsqlConnection, Task<int>> work)
    {
        await using var connection = await source.OpenConnectionAsync();
        return await work(connection);
    }
}
