using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;
using static ResilientPostgres.Benchmarks.Reporting.Report;

namespace ResilientPostgres.Benchmarks.Micro;

/// <summary>What routing costs beside plain Npgsql.</summary>
static class MicroRun
{
    const int Rounds = 9;

    public static async Task RunAsync(Report report)
    {
        var isVerbose = Environment.GetEnvironmentVariable("BENCHMARK_VERBOSE") == "1";
        await using var cluster = await PostgresCluster.StartAsync();
        report.Write("# micro: what routing costs\n\n" + await Machine.DescribeAsync(cluster) + "\n");
        var select = Measurement.Take<SelectBenchmarks>(isVerbose);
        WriteSelect(report, select);

        await MicroCluster.StartAsync(cluster);
        List<IReadOnlyList<Measurement>> opens = [], queries = [];
        for (var round = 1; round <= Rounds; round++)
        {
            opens.Add(Measurement.Take<OpenBenchmarks>(isVerbose));
            queries.Add(Measurement.Take<QueryBenchmarks>(isVerbose));
            Progress($"round {round} of {Rounds}: {string.Join(", ", opens[^1].Concat(queries[^1]).Select(static m => $"{m.Name} {m.Nanoseconds:F0} ns {m.Bytes:F0} B"))}");
        }

        report.Write("\nOpen and close a pooled idle session (no I/O); open, SELECT 1, close; the same as a unit of work. "
            + $"Medians of {Rounds} alternating rounds; ratio and difference are medians of each round's own.\n");
        var table = new Table("call", "ns", "extra ns", "ratio", "B", "extra B");
        Compare(table, opens, "PlainOpen");
        Compare(table, queries, "PlainOpenSelect");
        report.Write(table);
        await MicroCluster.StopAsync();

        double Ns(string name) => select.Single(m => m.Name == name).Nanoseconds;
        report.Finish(new Dictionary<string, double>
        {
            ["selectPrimary3Ns"] = Ns("Primary3"),
            ["selectStandby3Ns"] = Ns("PreferStandby3"),
            ["selectStandby50Ns"] = Ns("PreferStandby50"),
            ["selectAllocatedBytes"] = select.Max(static m => m.Bytes),
            ["routedOpenExtraNs"] = new[] { "RoutedOpenPrimary", "RoutedOpenStandby" }.Max(n => ExtraNs(opens, n, "PlainOpen")),
            ["routedOpenExtraBytes"] = new[] { "RoutedOpenPrimary", "RoutedOpenStandby" }.Max(n => ExtraBytes(opens, n, "PlainOpen")),
            ["openSelectTimeRatio"] = Ratio(queries, "RoutedOpenSelect", "PlainOpenSelect"),
            ["openSelectExtraBytes"] = ExtraBytes(queries, "RoutedOpenSelect", "PlainOpenSelect"),
            ["readAsyncTimeRatio"] = Ratio(queries, "ReadAsync", "PlainOpenSelect"),
            ["readAsyncExtraBytes"] = ExtraBytes(queries, "ReadAsync", "PlainOpenSelect"),
        });
    }

    static void WriteSelect(Report report, IReadOnlyList<Measurement> select)
    {
        report.Write("Choosing an endpoint (the primary is the last of the list):\n");
        var table = new Table("preference", "endpoints", "ns", "B");
        foreach (var m in select.OrderBy(static m => m.Name, StringComparer.Ordinal))
        {
            var preference = m.Name.TrimEnd('3', '5', '0');
            table.Add(preference, m.Name[preference.Length..], Number(m.Nanoseconds), Number(m.Bytes, 0));
        }

        report.Write(table);
    }

    static void Compare(Table table, List<IReadOnlyList<Measurement>> rounds, string baseline)
    {
        foreach (var name in rounds[0].Select(static m => m.Name))
        {
            table.Add(
                name,
                Number(Sample.Median(rounds.Select(r => Of(r, name).Nanoseconds)), 0),
                Number(ExtraNs(rounds, name, baseline), 0),
                Number(Ratio(rounds, name, baseline), 3),
                Number(Sample.Median(rounds.Select(r => Of(r, name).Bytes)), 0),
                Number(ExtraBytes(rounds, name, baseline), 0));
        }
    }

    static double ExtraNs(List<IReadOnlyList<Measurement>> rounds, string name, string baseline) =>
        Sample.Median(rounds.Select(r => Of(r, name).Nanoseconds - Of(r, baseline).Nanoseconds));

    static double Ratio(List<IReadOnlyList<Measurement>> rounds, string name, string baseline) =>
        Sample.Median(rounds.Select(r => Of(r, name).Nanoseconds / Of(r, baseline).Nanoseconds));

    static double ExtraBytes(List<IReadOnlyList<Measurement>> rounds, string name, string baseline) =>
        Sample.Median(rounds.Select(r => Of(r, name).Bytes - Of(r, baseline).Bytes));

    static Measurement Of(IReadOnlyList<Measurement> round, string name) => round.Single(m => m.Name == name);
}
