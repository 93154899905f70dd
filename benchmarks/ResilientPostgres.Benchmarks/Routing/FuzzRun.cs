using System.Diagnostics;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Statements;
using ResilientPostgres.Tests.Statements.Fuzz;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>A million texts that nobody would write, and megabytes of the shapes that are hard to read.</summary>
static class FuzzRun
{
    const int Inputs = 1_000_000;
    const int Seed = 15_432;

    public static void Run(Dictionary<string, object> figures)
    {
        var texts = new FuzzTexts(Seed, [.. SpecStatements.Read().Select(static s => s.Sql)]);
        var (failures, reads) = (0, 0);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Inputs; i++)
        {
            var text = texts.Next();
            if (FuzzCheck.Fault(text) is { } fault && failures++ < 5)
            {
                Report.Progress($"    input {i}: {fault}: {text}");
            }

            reads += StatementClassifier.Classify(text, FunctionCatalog.Empty).IsRead ? 1 : 0;
        }

        Report.Progress($"fuzz: {Inputs} inputs of seed {Seed} in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s: {failures} failures; {reads} are reads");
        figures["fuzzInputs"] = Inputs;
        figures["fuzzFailures"] = failures;
        figures["megabyteMs"] = Math.Round(NastyTexts.Of(1 << 20).Max(static n => Measure(n.Name, n.Text)), 2);
    }

    static double Measure(string name, string text)
    {
        var times = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var began = Stopwatch.GetTimestamp();
            StatementClassifier.Classify(text, FunctionCatalog.Empty);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        var median = Sample.Median(times);
        Report.Progress($"    1 MB, {name}: {Report.Number(median, 2)} ms (best {Report.Number(times.Min(), 2)})");
        return median;
    }
}
