using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>How many reads standbys still have while others, or the same request, write; replication is healthy.</summary>
static class ShareRun
{
    static readonly int[] _rates = [1, 100, 1000];

    public static async Task RunAsync(Report report, Dictionary<string, object> figures)
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions());
        await cluster.ExecuteAsync($"CREATE TABLE counters (key int PRIMARY KEY, value bigint NOT NULL); INSERT INTO counters SELECT key, 0 FROM generate_series(0, {ShareLoad.Keys - 1}) AS key");
        await using var db = new ResilientDataSourceBuilder(cluster.ConnectionString).Build();
        await db.ReadyAsync();
        var acknowledged = new int[ShareLoad.Keys];
        var table = new Table("reads see", "writes/s", "done/s", "reads", "on standbys %", "naive %", "p50 ms", "p95 ms", "stale", "failed");
        var process = await RowsAsync(db, cluster, acknowledged, table, isScoped: false);
        var scoped = await RowsAsync(db, cluster, acknowledged, table, isScoped: true);
        report.Write(table);
        figures["standbyShare"] = ByRate(process, static f => f.StandbyShare);
        figures["naiveStandbyShare"] = ByRate(process, static f => f.NaiveShare);
        figures["scopedStandbyShare"] = ByRate(scoped, static f => f.StandbyShare);
        figures["naiveScopedStandbyShare"] = ByRate(scoped, static f => f.NaiveShare);
        figures["shareStaleReads"] = process.Sum(static f => f.Stale);
        figures["shareReadMsP50"] = ByRate(process, static f => f.Milliseconds(0.5));
        figures["shareReadMsP95"] = ByRate(process, static f => f.Milliseconds(0.95));
        figures["scopedShareReadMsP50"] = ByRate(scoped, static f => f.Milliseconds(0.5));
        figures["scopedShareReadMsP95"] = ByRate(scoped, static f => f.Milliseconds(0.95));
    }

    static async Task<ShareFigures[]> RowsAsync(ResilientDataSource db, PostgresCluster cluster, int[] acknowledged, Table table, bool isScoped)
    {
        var rows = new List<ShareFigures>();
        foreach (var rate in _rates)
        {
            var row = await new ShareLoad(db, cluster.Primary.Port, acknowledged, rate, isScoped).RunAsync();
            rows.Add(row);
            table.Add(
                isScoped ? "what their scope wrote" : "what the process wrote", $"{rate}", Report.Number(row.Writes / ShareLoad.Lasts.TotalSeconds, 0), $"{row.Reads}", Report.Number(100 * row.StandbyShare),
                Report.Number(100 * row.NaiveShare), Report.Number(row.Milliseconds(0.5), 2), Report.Number(row.Milliseconds(0.95), 2), $"{row.Stale}", $"{row.Failed}");
        }

        return [.. rows];
    }

    static Dictionary<string, double> ByRate(ShareFigures[] rows, Func<ShareFigures, double> figure) =>
        _rates.Zip(rows).ToDictionary(static r => $"{r.First}", r => figure(r.Second));
}
