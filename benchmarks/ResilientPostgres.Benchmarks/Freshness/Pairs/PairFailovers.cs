using ResilientPostgres.Benchmarks.Failover;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>
/// Changes of primary that lose nothing acknowledged: commits are synchronous, and who has received the most takes over, whatever of it was replayed. One after the other a primary that is killed, one that
/// hands over, and one that hangs, is replaced, and comes back to itself as if nothing had happened.
/// </summary>
sealed class PairFailovers(PostgresCluster cluster, ReplayTrouble trouble, PairCounts counts)
{
    static readonly TimeSpan _aside = TimeSpan.FromSeconds(1.5);

    readonly AheadStandby _ahead = new();

    public int Count { get; private set; }

    /// <summary>The next one, with replay held and delayed as it just is.</summary>
    public async Task NextAsync()
    {
        await trouble.EndAsync();
        counts.BeginChange();
        var old = cluster.Primary;
        var how = await ((Count % 3) switch
        {
            0 => KillAsync(old),
            1 => SwitchAsync(),
            _ => FreezeAsync(old),
        });
        Count++;
        counts.EndChange();
        Report.Progress($"    {how}: {old.Name} was followed by {cluster.Primary.Name}");
        trouble.Begin();
    }

    async Task<string> KillAsync(PostgresServer old)
    {
        await cluster.KillAsync(old, KillScope.AllProcesses);
        await cluster.PromoteAsync(await cluster.MostAdvancedStandbyAsync());

        // One that is held does not look for its new primary.
        await trouble.ClearAsync();
        await cluster.RejoinAsync(old);
        await _ahead.RewindAsync(cluster);
        return "killed";
    }

    async Task<string> SwitchAsync()
    {
        await cluster.SwitchoverAsync(await cluster.MostAdvancedStandbyAsync());
        await trouble.ClearAsync();
        return "switched over";
    }

    async Task<string> FreezeAsync(PostgresServer old)
    {
        // Whoever still streams from the old primary would acknowledge its commits when it goes on.
        await trouble.ClearAsync();
        await cluster.FreezeAsync(old);
        await cluster.PromoteAsync(await cluster.MostAdvancedStandbyAsync());
        await Task.WhenAll(cluster.Standbys.Select(s => cluster.WaitUntilStreamingAsync(s)));
        await cluster.ThawAsync(old);
        await Task.Delay(_aside);
        await cluster.RejoinAsync(old);
        await _ahead.RewindAsync(cluster);
        return "hung";
    }
}
