using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.IntegrationTests.Statements.Grammar;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>Random statements on real servers.</summary>
static class GrammarRun
{
    const int Reads = 2_500;
    const int Seed = 25_006;

    public static async Task<(int Ran, int Misrouted)> RunAsync()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Standbys = 1 });
        var trial = new GrammarTrial(cluster, Seed);
        await trial.RunAsync(Reads);
        Report.Progress($"grammar: {trial.Generated} statements of seed {Seed}; {trial.Ran} of those judged reads ran on both servers; {trial.Misrouted.Count} were none");
        foreach (var misrouted in trial.Misrouted.Take(20))
        {
            Report.Progress($"    MISROUTED: {misrouted}");
        }

        return (trial.Ran, trial.Misrouted.Count);
    }
}
