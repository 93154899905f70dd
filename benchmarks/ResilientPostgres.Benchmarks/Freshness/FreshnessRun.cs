using System.Globalization;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>How fresh reads on standbys are, and what it costs to know.</summary>
static class FreshnessRun
{
    public static async Task RunAsync(Report report, string? only)
    {
        var figures = new Dictionary<string, object>();
        report.Write("# Freshness\n");
        if (only is null or "lag" || LagCase.All.Any(c => c.Name == only))
        {
            await LagRun.RunAsync(report, figures, only);
        }

        if (only is null or "cost")
        {
            await CostRun.RunAsync(figures);
        }

        if (only is null or "web")
        {
            await WebRun.RunAsync(report, figures);
        }

        if (only is null or "pairs")
        {
            await PairsRun.RunAsync(report, figures);
        }

        if (only is null or "share")
        {
            await ShareRun.RunAsync(report, figures);
        }

        var table = new Table("what", "figure");
        foreach (var (name, value) in figures)
        {
            table.Add(name, value is System.Collections.IDictionary ? System.Text.Json.JsonSerializer.Serialize(value) : Convert.ToString(value, CultureInfo.InvariantCulture)!);
        }

        report.Write(table);
        report.Finish(figures);
    }
}
