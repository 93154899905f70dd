using ResilientPostgres.Benchmarks.Reporting;
using static ResilientPostgres.Benchmarks.Reporting.Report;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>Each way to find the servers, through a failover of its own kind.</summary>
static class DiscoveryRun
{
    static readonly (string Name, Func<Task<ScenarioResult>> Run)[] _all =
    [
        (PatroniKill.Name, PatroniKill.RunAsync),
        (PatroniSwitchover.Name, PatroniSwitchover.RunAsync),
        (LateName.Name, LateName.RunAsync),
        (SingleName.Name, SingleName.RunAsync),
        (PgpoolKill.Name, PgpoolKill.RunAsync),
        (PgpoolFailover.Name, PgpoolFailover.RunAsync),
        (PgBouncerPause.Name, PgBouncerPause.RunAsync),
        (JoinAndLeave.Name, JoinAndLeave.RunAsync),
        (TwoNames.Name, TwoNames.RunAsync),
        (Upgrade.Name, Upgrade.RunAsync),
        (Aurora.Name, Aurora.RunAsync),
    ];

    public static async Task RunAsync(Report report, string? only)
    {
        report.Write("# discovery: endpoints found wherever they live\n");
        report.Write("Six writers, two writers of transactions and four readers, paced. Where a server was promoted, the pause is the time from there to the next acknowledged write; else it is "
            + "the longest while without one.\n");
        var table = new Table("scenario", "rounds", "pause p50 ms", "pause max ms", "promotion p50 ms", "failed reads", "failed writes", "lost", "doubled", "unknown");
        var results = new List<ScenarioResult>();
        foreach (var (name, run) in _all.Where(s => only is null || s.Name == only))
        {
            Progress($"{name} …");
            var result = await run();
            results.Add(result);
            table.Add(
                result.Name, result.Rounds.ToString(), Number(Sample.Median(result.Pauses), 0), Number(result.Pauses.DefaultIfEmpty(double.NaN).Max(), 0), Number(Sample.Median(result.Promotions), 0),
                result.FailedReads.ToString(), result.FailedWrites.ToString(), result.LostWrites.ToString(), result.DuplicatedWrites.ToString(), result.UnknownWrites.ToString());
        }

        report.Write(table);
        foreach (var result in results)
        {
            report.Write($"- {result.Name}: {result.Note}");
        }

        report.Finish(new Dictionary<string, object> { ["scenarios"] = results.Select(ToFigures).ToArray() });
    }

    static Dictionary<string, object?> ToFigures(ScenarioResult result) => new()
    {
        ["name"] = result.Name,
        ["failedReads"] = result.FailedReads,
        ["failedWrites"] = result.FailedWrites,
        ["lostWrites"] = result.LostWrites,
        ["duplicatedWrites"] = result.DuplicatedWrites,
        ["writePauseMsP50"] = Rounded(result.Pauses),
        ["serverPromotionMsP50"] = Rounded(result.Promotions),
    };

    static double? Rounded(IReadOnlyList<double> values) => values.Count == 0 ? null : Math.Round(Sample.Median(values), 1);
}
