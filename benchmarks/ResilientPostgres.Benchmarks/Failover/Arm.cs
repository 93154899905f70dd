using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;
using static ResilientPostgres.Benchmarks.Reporting.Report;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>Repeats one kind of change of primary on one cluster, under the load of all clients at once, so that they share each.</summary>
sealed class Arm(PostgresCluster cluster, ResilientClient ours, IReadOnlyList<Load> loads, Sightings sightings)
{
    static readonly TimeSpan _calm = TimeSpan.FromMilliseconds(1200);

    public async Task<IReadOnlyList<Round>> RunAsync(string name, int rounds, TimeSpan limit, Func<Task<Change>> change)
    {
        var began = TimeProvider.System.GetTimestamp();
        var done = new List<Round>();
        for (var i = 1; i <= rounds; i++)
        {
            if (TimeProvider.System.GetElapsedTime(began) > limit)
            {
                Progress($"{name}: {done.Count} of {rounds} rounds, the time is over");
                break;
            }

            await ours.SettleAsync();
            await Task.Delay(_calm);
            var round = await OneAsync(change);
            done.Add(round);
            Progress($"{name} {i,2}: promotion {round.Promotion:F0} ms, promoted at {round.Promoted:F0}, lost {round.Lost:F0}, confirmed {round.Confirmed:F0}, begun {round.Begun:F0}, "
                + string.Join("; ", loads.Select((l, c) => $"{l.Client.Name} pause {round.Pause[c]:F0} ms, {Failures(round.Counts[c])}")));
        }

        return done;
    }

    readonly AheadStandby _ahead = new();

    async Task<Round> OneAsync(Func<Task<Change>> change)
    {
        var old = cluster.Primary;
        var before = loads.Select(static l => l.Counts).ToArray();
        ours.Begun.Arm(old.Port);
        foreach (var load in loads)
        {
            load.Watch.Arm(old.Port);
        }

        var changed = await change();
        var start = changed.Start;
        var first = await Task.WhenAll(loads.Select(FirstAsync));
        var begun = await ours.Begun.FirstAsync();
        if (!cluster.Standbys.Contains(old))
        {
            await cluster.RejoinAsync(old);
        }

        await Task.WhenAll(cluster.Standbys.Select(s => cluster.WaitUntilStreamingAsync(s)));
        await Task.Delay(_calm);
        await _ahead.RewindAsync(cluster);
        await ours.SettleAsync();
        double Since(long at) => at == 0 ? double.NaN : TimeProvider.System.GetElapsedTime(start, at).TotalMilliseconds;
        return new Round
        {
            Promotion = changed.Promotion.TotalMilliseconds,
            Promoted = changed.Promoted.TotalMilliseconds,
            Lost = Since(sightings.Lost(start)),
            Confirmed = Since(sightings.Confirmed(start, cluster.Primary.Port)),
            Begun = Since(begun),
            Pause = [.. first.Select(Since)],
            Counts = [.. loads.Zip(before, static (l, b) => l.Counts - b)],
        };
    }

    async Task<long> FirstAsync(Load load)
    {
        try
        {
            return await load.Watch.FirstAsync();
        }
        catch (TimeoutException)
        {
            Progress($"{load.Client.Name} does not write: {load.Counts}; {string.Join("; ", load.Errors)}\n{ours.Source.Topology}");
            throw;
        }
    }

    static string Failures(Counts counts) =>
        $"failed {counts.FailedWrites} writes {counts.FailedReads} reads" + (counts.UnknownWrites > 0 ? $", {counts.UnknownWrites} unknown" : "");
}
