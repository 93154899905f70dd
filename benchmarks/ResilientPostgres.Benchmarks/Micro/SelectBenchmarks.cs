using BenchmarkDotNet.Attributes;
using ResilientPostgres.Routing;

namespace ResilientPostgres.Benchmarks.Micro;

/// <summary>The choice of an endpoint alone.</summary>
public class SelectBenchmarks
{
    const int Calls = 1000;
    const ulong Golden = 0x9E3779B97F4A7C15;

    TopologySnapshot _snapshot = null!;
    ulong _random = 1;

    /// <summary>How many there are to choose from.</summary>
    [Params(3, 50)]
    public int Endpoints { get; set; }

    /// <summary>Makes the cluster.</summary>
    /// <exception cref="InvalidOperationException">It is not what was meant.</exception>
    [GlobalSetup]
    public void Setup()
    {
        _snapshot = Topologies.Healthy(Endpoints);
        if (_snapshot.Primary is null || Select(ReadPreference.Standby) < 0)
        {
            throw new InvalidOperationException(_snapshot.ToString());
        }
    }

    /// <summary>A write.</summary>
    /// <returns>Against removal of the work.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int Primary() => Select(ReadPreference.Primary);

    /// <summary>A read as by default.</summary>
    /// <returns>Against removal of the work.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int PreferStandby() => Select(ReadPreference.PreferStandby);

    /// <summary>A read anywhere.</summary>
    /// <returns>Against removal of the work.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int Any() => Select(ReadPreference.Any);

    int Select(ReadPreference preference)
    {
        var request = new RoutingRequest(preference, TimeSpan.FromSeconds(2));
        var sum = 0;
        for (var i = 0; i < Calls; i++)
        {
            sum += EndpointSelector.Select(_snapshot, request, Topologies.Now, _random += Golden);
        }

        return sum;
    }
}
