using BenchmarkDotNet.Attributes;
using Npgsql;

namespace ResilientPostgres.Benchmarks.Micro;

/// <summary>Open, SELECT 1, close; all on the primary, so on the same server.</summary>
public class QueryBenchmarks
{
    internal const int Calls = 20;

    /// <summary>Npgsql alone.</summary>
    /// <returns>A task.</returns>
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public async Task PlainOpenSelect()
    {
        for (var i = 0; i < Calls; i++)
        {
            await using var connection = await MicroCluster.Plain.OpenConnectionAsync();
            await SelectAsync(connection, CancellationToken.None);
        }
    }

    /// <summary>The same on a routed connection.</summary>
    /// <returns>A task.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public async Task RoutedOpenSelect()
    {
        for (var i = 0; i < Calls; i++)
        {
            await using var connection = await MicroCluster.Routed.OpenNpgsqlConnectionAsync(ReadPreference.Primary);
            await SelectAsync(connection, CancellationToken.None);
        }
    }

    /// <summary>The same as a unit of work, which can be aborted and repeated.</summary>
    /// <returns>A task.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public async Task ReadAsync()
    {
        for (var i = 0; i < Calls; i++)
        {
            await MicroCluster.Routed.ReadAsync(SelectAsync, ReadPreference.Primary);
        }
    }

    static async Task<int> SelectAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        return (int)(await command.ExecuteScalarAsync(token))!;
    }
}
