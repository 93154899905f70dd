using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Whether a visitor sees what it has just posted on another instance, while a standby is late; and what becomes of that without the cookie.</summary>
static class WebRun
{
    const int Times = 1000;
    const int Visitors = 2;
    const string Table = "CREATE TABLE comments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)";

    static readonly TimeSpan _late = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Report report, Dictionary<string, object> figures)
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Standbys = 2 });
        await cluster.ExecuteAsync(Table);
        await cluster.DelayReplayAsync(cluster.Standbys[0], _late);
        var with = await OneAsync(cluster, isConsistent: true);
        var without = await OneAsync(cluster, isConsistent: false);

        var table = new Table("two instances, one of two standbys 20 ms late", "reads", "misses", "share from standbys");
        Add(table, "with the cookie", with);
        Add(table, "without, Consistency:Level None", without);
        report.Write(table);
        figures["webReads"] = with.Sum(static v => v.Reads);
        figures["webMisses"] = with.Sum(static v => v.Misses);
        figures["webMissesWithout"] = without.Sum(static v => v.Misses);
        figures["webStandbyShare"] = Math.Round(Share(with), 3);
    }

    static async Task<WebVisitor[]> OneAsync(PostgresCluster cluster, bool isConsistent)
    {
        var keys = Directory.CreateTempSubdirectory("comments-keys-");
        try
        {
            await using var first = await WebInstance.StartAsync(cluster, keys.FullName, isConsistent);
            await using var second = await WebInstance.StartAsync(cluster, keys.FullName, isConsistent);
            WebVisitor[] visitors = [.. Enumerable.Range(0, Visitors).Select(i => new WebVisitor(i % 2 == 0 ? [first, second] : [second, first]))];
            await Task.WhenAll(visitors.Select(static v => v.VisitAsync(Times / Visitors)));
            Report.Progress($"{(isConsistent ? "with" : "without")} the cookie: {visitors.Sum(static v => v.Misses)} misses");
            return visitors;
        }
        finally
        {
            keys.Delete(recursive: true);
        }
    }

    static void Add(Table table, string name, WebVisitor[] visitors) =>
        table.Add(name, $"{visitors.Sum(static v => v.Reads)}", $"{visitors.Sum(static v => v.Misses)}", Report.Number(Share(visitors), 3));

    static double Share(WebVisitor[] visitors) => visitors.Sum(static v => v.FromStandby) / (double)Math.Max(1, visitors.Sum(static v => v.Reads - v.Misses));
}
