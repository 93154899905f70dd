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

        report.Write("# Routing of statements\n");
        var table = new Table("what", "figure");
        foreach (var (name, value) in figures)
        {
            table.Add(name, Convert.ToString(value, CultureInfo.InvariantCulture)!);
        }

        report.Write(table);
        report.Finish(figures);
    }
}
