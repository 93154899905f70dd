using System.Collections.Immutable;
using ResilientPostgres.Commits;
using ResilientPostgres.Monitoring;

namespace ResilientPostgres.Calls;

/// <summary>After each takeover by a higher timeline: which acknowledged transactions are not part of it.</summary>
sealed class LedgerWatch(Cluster cluster, CommitLedger ledger, Router router)
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    readonly CommitResolver _resolver = new(cluster, router);
    long _timeline;

    public event EventHandler<WritesLostEventArgs>? WritesLost;

    /// <summary>Called after each published change of topology.</summary>
    public void React(TopologySnapshot snapshot)
    {
        var before = Volatile.Read(ref _timeline);
        if (snapshot.Primary is null || snapshot.Timeline <= before || Interlocked.CompareExchange(ref _timeline, snapshot.Timeline, before) != before)
        {
            return;
        }

        if (before > 0)
        {
            Background.Run(() => AccountAsync((uint)snapshot.Timeline));
        }
    }

    async Task AccountAsync(uint timeline)
    {
        var begins = cluster.Store.History.Lives.Find(l => l.Timeline == timeline && l.WasInRecovery)?.RecoveryEnd;
        var lost = ImmutableArray.CreateBuilder<LostWrite>();
        var undecided = ImmutableArray.CreateBuilder<LostWrite>();
        foreach (var entry in ledger.TakeDoubtful(timeline, begins))
        {
            var evidence = await _resolver.ResolveAsync(entry.Proof, cluster.Clock.Now + _patience, CancellationToken.None).ConfigureAwait(false);
            switch (evidence.Outcome)
            {
                case CommitOutcome.Committed:
                    break;
                case CommitOutcome.NotCommitted:
                    lost.Add(new LostWrite(entry.Tag, evidence));
                    break;
                default:
                    undecided.Add(new LostWrite(entry.Tag, evidence));
                    break;
            }
        }

        if (lost.Count > 0 || undecided.Count > 0)
        {
            cluster.Logger.WritesLost(lost.Count, undecided.Count, timeline);
            WritesLost?.Invoke(this, new WritesLostEventArgs(timeline, lost.ToImmutable(), undecided.ToImmutable()));
        }
    }
}
