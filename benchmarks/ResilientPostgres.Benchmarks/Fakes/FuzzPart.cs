using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Tests.Fake.Fuzz;

namespace ResilientPostgres.Benchmarks.Fakes;

/// <summary>A million clients that mean no good.</summary>
static class FuzzPart
{
    const int Rounds = 200;
    const int InputsEach = 5_000;

    public static async Task<(int Inputs, int Failures)> RunAsync()
    {
        var failures = 0;
        await Parallel.ForEachAsync(Enumerable.Range(1, Rounds), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (seed, _) =>
        {
            await using var pg = await FuzzRound.StartAsync();
            var (failed, first) = await FuzzRound.RunAsync(pg, seed, InputsEach);
            Interlocked.Add(ref failures, failed);
            if (first is not null)
            {
                Report.Progress(first);
            }
        });
        return (Rounds * InputsEach, failures);
    }
}
