using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Whether the lag that is proven of a standby is never below the truth, and how far above; and the same of the figure one would ask the standby for.</summary>
static class LagRun
{
    public static async Task RunAsync(Report report, Dictionary<string, object> figures, string? only)
    {
        var table = new Table("case", "samples", "unproven", "unsound", "truth ms p50", "p95", "bound - truth ms min", "p50", "p95", "naive - truth ms p50", "p95", "naive unsound");
        var results = new Dictionary<string, LagFigures>();
        var skipped = new Dictionary<string, string>();
        foreach (var lagCase in LagCase.All.Where(c => only is null or "lag" || c.Name == only))
        {
            if (lagCase.Clock is not null && FakeTime.Library is null)
            {
                skipped[lagCase.Name] = "libfaketime was not found (Debian, Ubuntu: apt-get install faketime)";
                Report.Progress($"{lagCase.Name}: skipped, {skipped[lagCase.Name]}");
                continue;
            }

            var result = await OneAsync(lagCase);
            results[lagCase.Name] = result;
            table.Add(
                lagCase.Name, $"{result.Samples}", $"{result.Unproven}", $"{result.Unsound}", Ms(result.Truth(0.5)), Ms(result.Truth(0.95)), Ms(result.BoundError(0)),
                Ms(result.BoundError(0.5)), Ms(result.BoundError(0.95)), Ms(result.NaiveError(0.5)), Ms(result.NaiveError(0.95)), $"{result.NaiveUnsound}");
        }

        report.Write(table);
        figures["lagSamples"] = results.Values.Sum(static r => r.Samples);
        figures["unprovenSamples"] = results.Values.Sum(static r => r.Unproven);
        figures["unsoundSamples"] = results.Values.Sum(static r => r.Unsound);
        figures["halfBoundUnsoundSamples"] = results.Values.Sum(static r => r.HalfBoundUnsound);
        figures["boundErrorMsMin"] = ByCase(results, static r => r.BoundError(0));
        figures["boundErrorMsP50"] = ByCase(results, static r => r.BoundError(0.5));
        figures["boundErrorMsP95"] = ByCase(results, static r => r.BoundError(0.95));
        figures["naiveErrorMsP50"] = ByCase(results, static r => r.NaiveError(0.5));
        figures["naiveErrorMsP95"] = ByCase(results, static r => r.NaiveError(0.95));
        figures["naiveUnsound"] = ByCase(results, static r => r.NaiveUnsound);
        if (skipped.Count > 0)
        {
            figures["skippedCases"] = skipped;
        }
    }

    static async Task<LagFigures> OneAsync(LagCase lagCase)
    {
        await using var servers = await LagServers.StartAsync(lagCase);
        await using var heartbeat = await Heartbeat.StartAsync(servers.Cluster.PrimaryConnectionString);
        await using var load = new WriteLoad(servers.Cluster.PrimaryConnectionString, writers: lagCase.HasLoad ? 2 : 0);
        await lagCase.Prepare(servers, heartbeat);
        var trouble = lagCase.Trouble(servers);
        var samples = await LagSampler.TakeAsync(servers);
        await trouble;
        await heartbeat.DisposeAsync();
        var result = new LagFigures(samples, heartbeat);
        Report.Progress(
            $"{lagCase.Name}: {result.Samples} samples over {heartbeat.Count} heartbeats, {result.Unsound} unsound ({result.HalfBoundUnsound} with half the bound); truth up to {Ms(result.Truth(1))} ms, bound up to {Ms(result.Bound(1))} ms");
        return result;
    }

    /// <summary>NaN is no JSON.</summary>
    static Dictionary<string, double> ByCase(Dictionary<string, LagFigures> results, Func<LagFigures, double> figure) =>
        results.Where(r => !double.IsNaN(figure(r.Value))).ToDictionary(static r => r.Key, r => Math.Round(figure(r.Value), 1));

    static string Ms(double value) => Report.Number(value);
}
