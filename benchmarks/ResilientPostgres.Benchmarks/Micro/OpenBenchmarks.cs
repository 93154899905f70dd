using BenchmarkDotNet.Attributes;
using Npgsql;

namespace ResilientPostgres.Benchmarks.Micro;

/// <summary>A pooled, idle session taken and given back: no I/O.</summary>
public class OpenBenchmarks
{
    internal const int Calls = 200;

    /// <summary>Npgsql alone.</summary>
    /// <returns>A task.</returns>
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public async Task PlainOpen()
    {
        for (var i = 0; i < Calls; i++)
        {
            await using var connection = await MicroCluster.Plain.OpenConnectionAsync();
        }
    }

    /// <summary>Routed to the primary.</summary>
    /// <returns>A task.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public Task RoutedOpenPrimary() => RoutedAsync(ReadPreference.Primary);

    /// <summary>Routed to one of two standbys.</summary>
    /// <returns>A task.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public Task RoutedOpenStandby() => RoutedAsync(ReadPreference.PreferStandby);

    static async Task RoutedAsync(ReadPreference preference)
    {
        for (var i = 0; i < Calls; i++)
        {
            await using NpgsqlConnection connection = await MicroCluster.Routed.OpenNpgsqlConnectionAsync(preference);
        }
    }
}
