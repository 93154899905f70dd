using Blog;
using Blog.Stores;
using Npgsql;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>The blog of samples/Blog over plain Npgsql and over a cluster: the same results, and where its reads ran; then its writes through failovers.</summary>
static class BlogRun
{
    public static async Task RunAsync(Dictionary<string, object> figures)
    {
        await PlayAllAsync(figures);
        await BlogFailoverRun.RunAsync(figures);
    }

    static async Task PlayAllAsync(Dictionary<string, object> figures)
    {
        await using var cluster = await PostgresCluster.StartAsync(BlogStatistics.Configure(new PostgresClusterOptions()));
        var statistics = await BlogStatistics.StartAsync(cluster);
        var source = new ResilientDataSourceBuilder(cluster.ConnectionString).Build();
        await using var ours = Backend.OverResilientPostgres(source);
        await using var npgsql = Backend.OverNpgsql(cluster.PrimaryConnectionString);
        await source.ReadyAsync();

        var ef = await PlayAsync("EF Core", statistics, npgsql, ours, static b => b.Ef);
        var dapper = await PlayAsync("Dapper", statistics, npgsql, ours, static b => b.Dapper);
        figures["sameResults"] = ef.IsSame && dapper.IsSame;
        figures["readsPerWrite"] = Math.Round((ef.Counts.Reads + dapper.Counts.Reads) / (double)(ef.Counts.Writes + dapper.Counts.Writes), 1);
        figures["readsOnStandbyShare"] = Math.Round((ef.Counts.StandbyReads + dapper.Counts.StandbyReads) / (double)(ef.Counts.Reads + dapper.Counts.Reads), 3);
        figures["readsOnStandbyShareEf"] = Math.Round(ef.Counts.StandbyShare, 3);
        figures["readsOnStandbyShareDapper"] = Math.Round(dapper.Counts.StandbyShare, 3);
        figures["writeAttemptsOnStandby"] = await statistics.RefusedOnStandbysAsync();
    }

    static async Task<(bool IsSame, BlogCounts Counts)> PlayAsync(
        string name, BlogStatistics statistics, Backend npgsql, Backend ours, Func<Backend, IStore> store)
    {
        var (expected, plain) = await PlayAsync(statistics, npgsql, store(npgsql));
        var (found, counts) = await PlayAsync(statistics, ours, store(ours));
        var different = expected.Zip(found).Count(static pair => pair.First != pair.Second) + Math.Abs(expected.Count - found.Count);
        Report.Progress($"blog, {name}: {found.Count} results, {different} different from plain Npgsql's; {counts}; plain Npgsql: {plain}");
        foreach (var (first, second) in expected.Zip(found).Where(static pair => pair.First != pair.Second).Take(3))
        {
            Report.Progress($"    {first}\n    {second}");
        }

        return (different == 0, counts);
    }

    /// <summary>
    /// Between the writing and the reading of a day it waits until the standbys have replayed all: readers on other connections may otherwise be behind, which is no fault, but would make the
    /// results differ.
    /// </summary>
    static async Task<(IReadOnlyList<string> Results, BlogCounts Counts)> PlayAsync(BlogStatistics statistics, Backend backend, IStore store)
    {
        await backend.RecreateAsync();
        await statistics.ResetAsync();
        var results = await new Script(store, statistics.WaitForReplayAsync).PlayAsync();
        return (results, await statistics.CountAsync());
    }
}
