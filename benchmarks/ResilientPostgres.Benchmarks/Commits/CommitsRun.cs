using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>Whether what is told of a commit is true, and what it costs to know.</summary>
static class CommitsRun
{
    public static async Task RunAsync(Report report, string? only)
    {
        var figures = new Dictionary<string, object>();
        if (only is null or "cuts" || Scenario.All.Any(s => s.Name == only))
        {
            await CutAsync(figures, only);
        }

        if (only is null or "tokens")
        {
            await CutTokensAsync(figures);
        }

        if (only is null or "chaos")
        {
            await ChaosRun.RunAsync(figures);
        }

        if (only is null or "cost")
        {
            await CostRun.RunAsync(figures);
        }

        report.Write("# Commits\n");
        var table = new Table("what", "figure");
        foreach (var (name, value) in figures)
        {
            table.Add(name, value is Dictionary<string, double> byScenario ? string.Join(", ", byScenario.Select(static s => $"{s.Key} {Report.Number(s.Value, 3)}")) : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
        }

        report.Write(table);
        report.Finish(figures);
    }

    static async Task CutAsync(Dictionary<string, object> figures, string? only)
    {
        var (cuts, wrong, oneRecovery, unknownOneRecovery, duplicates) = (0, 0, 0, 0, 0L);
        var unknown = new Dictionary<string, double>();
        foreach (var scenario in Scenario.All.Where(s => only is null or "cuts" || s.Name == only))
        {
            var run = new CutsRun(scenario);
            await run.RunAsync();
            cuts += run.Cuts;
            wrong += run.Wrong;
            oneRecovery += scenario.Recoveries <= 1 ? run.Cuts : 0;
            unknownOneRecovery += scenario.Recoveries <= 1 ? run.Unknown : 0;
            unknown[scenario.Name] = Math.Round((double)run.Unknown / run.Cuts, 3);
            duplicates += scenario.Name is "serverAlive" or "sessionTerminated" or "backendCrash" ? await ControlRun.RunAsync(scenario) : 0;
        }

        // On a session that has all of it prepared the exchange is a shorter one.
        var prepared = 0;
        foreach (var scenario in Scenario.All.Where(s => !s.NewCluster && s.Recoveries <= 1 && (only is null or "cuts" || s.Name == only)))
        {
            var run = new CutsRun(scenario with { Places = scenario.Places / 2 }, isPrepared: true);
            await run.RunAsync();
            prepared += run.Cuts;
            wrong += run.Wrong;
            oneRecovery += run.Cuts;
            unknownOneRecovery += run.Unknown;
        }

        figures["cuts"] = cuts + prepared;
        figures["preparedCuts"] = prepared;
        figures["wrongVerdicts"] = wrong;
        figures["unknownShare"] = unknown;
        figures["unknownShareOneRecovery"] = Math.Round((double)unknownOneRecovery / Math.Max(1, oneRecovery), 4);
        figures["controlDuplicates"] = duplicates;
    }

    /// <summary>The same with rows as guards, at fewer places; here two crashes leave nothing unknown either.</summary>
    static async Task CutTokensAsync(Dictionary<string, object> figures)
    {
        var runs = Scenario.All.Select(static s => new CutsRun(s with { Places = s.NewCluster ? 8 : Math.Min(s.Places ?? 80, 40) }, CommitGuard.TokenRow)).ToList();
        foreach (var run in runs)
        {
            await run.RunAsync();
        }

        figures["tokenCuts"] = runs.Sum(static r => r.Cuts);
        figures["tokenWrongVerdicts"] = runs.Sum(static r => r.Wrong);
        figures["tokenUnknown"] = runs.Sum(static r => r.Unknown);
    }
}
