using ResilientPostgres.Benchmarks.Micro;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>Whether the verdicts on texts are true, and what they cost.</summary>
static class ClassifyRun
{
    const int Rounds = 3;

    public static async Task RunAsync(Dictionary<string, object> figures)
    {
        var specs = SpecStatements.Read();
        var wrong = specs.Where(static s => s.Kind != StatementKind.Read && StatementClassifier.Classify(s.Sql, s.Catalog).IsRead).ToArray();
        foreach (var (sql, kind, _) in wrong)
        {
            Report.Progress($"    {kind}, taken for a read: {sql}");
        }

        figures["specStatements"] = specs.Count;
        var (grammar, misrouted) = await GrammarRun.RunAsync();
        figures["grammarStatements"] = grammar;
        figures["misroutedReads"] = wrong.Length + misrouted;
        FuzzRun.Run(figures);
        Cost(figures);
    }

    /// <summary>The first round is for the compiler; of the others the best time counts, for noise only adds.</summary>
    static void Cost(Dictionary<string, object> figures)
    {
        var rounds = Enumerable.Range(0, Rounds + 1).Select(static _ => Measurement.Take<VerdictBenchmarks>(Environment.GetEnvironmentVariable("BENCHMARK_VERBOSE") == "1")).Skip(1).ToArray();
        double Nanoseconds(string name) => Math.Round(rounds.Min(r => r.Single(m => m.Name == name).Nanoseconds), 1);
        figures["sameInstanceVerdictNs"] = Nanoseconds(nameof(VerdictBenchmarks.SameInstance));
        figures["cachedVerdictNs"] = Nanoseconds(nameof(VerdictBenchmarks.Equal120));
        figures["cachedVerdict1000Ns"] = Nanoseconds(nameof(VerdictBenchmarks.Equal1000));
        figures["uncachedVerdictNs"] = Nanoseconds(nameof(VerdictBenchmarks.Uncached));
        figures["cachedVerdictBytes"] = rounds.SelectMany(static r => r).Where(static m => m.Name != nameof(VerdictBenchmarks.Uncached)).Max(static m => m.Bytes);
    }
}
