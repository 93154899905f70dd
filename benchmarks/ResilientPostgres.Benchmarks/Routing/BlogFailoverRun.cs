using Blog.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ResilientPostgres.Benchmarks.Failover;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>
/// The blog's writes with EF Core while the primary is killed and a standby promoted, and while answers to COMMIT are lost now and then: the provider's own retries beside ours, on one cluster, so
/// that they share each failover. With synchronous replication, and the standby promoted that has most: what was acknowledged must be there.
/// </summary>
static class BlogFailoverRun
{
    const int Rounds = 3;
    static readonly TimeSpan _calm = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Dictionary<string, object> figures)
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 400, SynchronousReplication = true });
        await using var ourProxies = await BlogProxies.StartAsync(cluster);
        await using var theirProxies = await BlogProxies.StartAsync(cluster);
        await using var source = new ResilientDataSourceBuilder(ourProxies.ConnectionString).Build();
        await source.ReadyAsync();
        await using (var context = new BlogContext(Over(source)))
        {
            await context.Database.MigrateAsync();
        }

        var (ourCutter, theirCutter) = (new CommitCutter(ourProxies), new CommitCutter(theirProxies));
        await using var ours = new BlogLoad("ours", Over(source, ourCutter));
        await using var theirs = new BlogLoad("npgsql", OverNpgsql(theirProxies.ConnectionString, theirCutter));
        ours.Start();
        theirs.Start();
        await KillAsync(cluster, source);
        await ours.DisposeAsync();
        await theirs.DisposeAsync();
        Report.Progress($"blog failover: answers lost to {theirCutter.Cuts} of {theirCutter.Commits} commits (npgsql), {ourCutter.Cuts} of {ourCutter.Commits} (ours)");
        figures["efNpgsql"] = await theirs.CompareAsync(cluster.PrimaryConnectionString);
        figures["efOurs"] = await ours.CompareAsync(cluster.PrimaryConnectionString);
    }

    static async Task KillAsync(PostgresCluster cluster, ResilientDataSource source)
    {
        var ahead = new AheadStandby();
        for (var round = 0; round < Rounds; round++)
        {
            await Task.Delay(_calm);
            var old = cluster.Primary;
            await cluster.KillAsync(old, KillScope.AllProcesses);
            await cluster.PromoteAsync(await cluster.MostAdvancedStandbyAsync());
            await cluster.RejoinAsync(old);
            await Task.WhenAll(cluster.Standbys.Select(s => cluster.WaitUntilStreamingAsync(s)));
            await ahead.RewindAsync(cluster);
            await source.ReadyAsync();
            Report.Progress($"blog failover {round + 1}: {old.Name} killed, {cluster.Primary.Name} promoted");
        }

        await Task.Delay(_calm);
    }

    static DbContextOptions<BlogContext> Over(ResilientDataSource source, params CommitCutter[] cutter) =>
        new DbContextOptionsBuilder<BlogContext>().UseResilientPostgres(source).AddInterceptors(cutter).Options;

    /// <summary>
    /// As its documentation says: several hosts, the primary wanted, retries on. Its memory of a host's state is switched off (10 s by default), in its favour: after a lost connection it would
    /// otherwise take the host for offline all that time, and fail at once.
    /// </summary>
    static DbContextOptions<BlogContext> OverNpgsql(string connectionString, CommitCutter cutter) =>
        new DbContextOptionsBuilder<BlogContext>()
            .UseNpgsql(connectionString + ";Target Session Attributes=primary;Host Recheck Seconds=0", static npgsql => npgsql.EnableRetryOnFailure())
            .AddInterceptors(cutter)
            .Options;
}
