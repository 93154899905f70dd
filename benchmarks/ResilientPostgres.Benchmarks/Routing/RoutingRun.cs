using System.Globalization;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>Where statements run: whether what is taken for a read is one, and what it costs to know.</summary>
static class RoutingRun
{
    public static async Task RunAsync(Report report, string? only)
    {
        var figures = new Dictionary<string, object>();
        if (only is null or "classify")
        {
            await ClassifyRun.RunAsync(figures);
        }

        if (only is null or "blog")
        {
            await BlogRun.RunAsync(figures);
        }

        if (only is null or "cost")
        {
            await StatementCostRun.RunAsync(figures);
        }

        report.Write("# Routing of statements\n");
        var table = new Table("what", "figure");
        foreach (var (name, value) in figures)
        {
            table.Add(name, value is System.Collections.IDictionary ? System.Text.Json.JsonSerializer.Serialize(value) : Convert.ToString(value, CultureInfo.InvariantCulture)!);
        }

        report.Write(table);
        report.Finish(figures);
    }
}
