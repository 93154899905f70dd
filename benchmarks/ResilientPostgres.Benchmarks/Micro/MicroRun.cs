using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;
using static ResilientPostgres.Benchmarks.Reporting.Report;

namespace ResilientPostgres.Benchmarks.Micro;

/// <summary>What routing costs beside plain Npgsql.</summary>
static class MicroRun
{
    const int Rounds = 3;
    static readonly TimeSpan _openTime = TimeSpan.FromSeconds(15);
    static readonly TimeSpan _queryTime = TimeSpan.FromSeconds(40);
    static readonly bool _isVerbose = Environment.GetEnvironmentVariable("BENCHMARK_VERBOSE") == "1";

    public static async Task RunAsync(Report report)
    {
        await using var cluster = await PostgresCluster.StartAsync();
        report.Write("# micro: what routing costs\n\n" + await Machine.DescribeAsync(cluster) + "\n");
        var select = Take<SelectBenchmarks>();
        WriteSelect(report, select);

        await MicroCluster.StartAsync(cluster);
        var apart = Take<OpenBenchmarks>().Concat(Take<QueryBenchmarks>()).ToArray();
        OpenBenchmarks open = new();
        QueryBenchmarks query = new();
        var opens = await Interleaved.CompareAsync(
            [(nameof(open.PlainOpen), open.PlainOpen), (nameof(open.RoutedOpenPrimary), open.RoutedOpenPrimary), (nameof(open.RoutedOpenStandby), open.RoutedOpenStandby)],
            OpenBenchmarks.Calls,
            _openTime);
        var queries = await Interleaved.CompareAsync(
            [(nameof(query.PlainOpenSelect), query.PlainOpenSelect), (nameof(query.RoutedOpenSelect), query.RoutedOpenSelect), (nameof(query.ReadAsync), query.ReadAsync)],
            QueryBenchmarks.Calls,
            _queryTime);
        await MicroCluster.StopAsync();

        report.Write("\nOpen and close a pooled idle session (no I/O); open, SELECT 1, close; the same as a unit of work. Short blocks in turn, medians; "
            + "beside them what BenchmarkDotNet measured of each by itself.\n");
        var table = new Table("call", "ns", "extra ns", "ratio", "B", "extra B", "by itself ns", "B ");
        Compare(table, opens, apart);
        Compare(table, queries, apart);
        report.Write(table);
        report.Finish(Figures(select, opens, queries));
    }

    static Dictionary<string, double> Figures(
        IReadOnlyList<Measurement> select, IReadOnlyList<Measurement> opens, IReadOnlyList<Measurement> queries) => new()
    {
        ["selectPrimary3Ns"] = Of(select, "Primary3").Nanoseconds,
        ["selectStandby3Ns"] = Of(select, "PreferStandby3").Nanoseconds,
        ["selectStandby50Ns"] = Of(select, "PreferStandby50").Nanoseconds,
        ["selectAllocatedBytes"] = select.Max(static m => m.Bytes),
        ["routedOpenExtraNs"] = opens.Skip(1).Max(m => m.Nanoseconds - opens[0].Nanoseconds),
        ["routedOpenExtraBytes"] = opens.Skip(1).Max(m => m.Bytes - opens[0].Bytes),
        ["openSelectTimeRatio"] = queries[1].Nanoseconds / queries[0].Nanoseconds,
        ["openSelectExtraBytes"] = queries[1].Bytes - queries[0].Bytes,
        ["readAsyncTimeRatio"] = queries[2].Nanoseconds / queries[0].Nanoseconds,
        ["readAsyncExtraBytes"] = queries[2].Bytes - queries[0].Bytes,
    };

    /// <summary>The first round is for the compiler; of the others the best time counts, for noise only adds.</summary>
    static IReadOnlyList<Measurement> Take<T>()
    {
        var rounds = Enumerable.Range(0, Rounds + 1).Select(_ => Measurement.Take<T>(_isVerbose)).Skip(1).ToArray();
        return [.. rounds[0].Select(m => m with { Nanoseconds = rounds.Min(r => Of(r, m.Name).Nanoseconds), Bytes = Sample.Median(rounds.Select(r => Of(r, m.Name).Bytes)) })];
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

    static void Compare(Table table, IReadOnlyList<Measurement> calls, IReadOnlyList<Measurement> apart)
    {
        foreach (var m in calls)
        {
            table.Add(
                m.Name,
                Number(m.Nanoseconds, 0),
                Number(m.Nanoseconds - calls[0].Nanoseconds, 0),
                Number(m.Nanoseconds / calls[0].Nanoseconds, 3),
                Number(m.Bytes, 0),
                Number(m.Bytes - calls[0].Bytes, 0),
                Number(Of(apart, m.Name).Nanoseconds, 0),
                Number(Of(apart, m.Name).Bytes, 0));
        }
    }

    static Measurement Of(IReadOnlyList<Measurement> all, string name) => all.Single(m => m.Name == name);
}
