using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Fakes;

/// <summary>What is promised of the cluster inside the process.</summary>
static class FakesRun
{
    public static async Task RunAsync(Report report, string? only)
    {
        var figures = new Dictionary<string, double>();
        async Task Do(string name, Func<Task> part)
        {
            if (only is null || only == name)
            {
                Report.Progress(name);
                await part();
            }
        }

        await Do("conformance", async () => (figures["conformanceCases"], figures["conformanceDifferences"]) = await ConformancePart.RunAsync());
        await Do("start", async () => figures["startMsP50"] = await StartPart.RunAsync());
        await Do("many", async () => (figures["thousandClustersS"], figures["leakedSockets"], figures["leakedBytes"]) = await ManyPart.RunAsync());
        await Do("fuzz", async () => (figures["fuzzInputs"], figures["fuzzFailures"]) = await FuzzPart.RunAsync());
        await Do("virtual", async () => figures["virtualFailoverMs"] = await VirtualPart.RunAsync());

        report.Write("# The cluster inside the process\n");
        var table = new Table("what", "figure");
        foreach (var (name, value) in figures)
        {
            table.Add(name, Report.Number(value, 3));
        }

        report.Write(table);
        report.Finish(figures);
    }
}
