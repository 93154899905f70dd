using Npgsql;
using ResilientPostgres.Commits;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Routing;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Calls;

/// <summary>
/// Finds out what became of a transaction whose COMMIT was not answered: waits for the writer that the cluster goes on with, asks it, and
/// where the transaction is still open ends its session, so that it can't be committed behind our back.
/// </summary>
sealed class CommitResolver(Cluster cluster, Router router)
{
    static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a transaction that is still open may end by itself before its session is ended.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    readonly SessionAcquirer _acquirer = new(cluster, router);

    /// <returns>What is known at the deadline at the latest.</returns>
    public async Task<CommitEvidence> ResolveAsync(CommitProof proof, TimeSpan deadline, CancellationToken caller)
    {
        var began = cluster.Clock.Now;
        var evidence = new CommitEvidence { Xid = proof.Xid, Lsn = proof.Lsn, Timeline = proof.Timeline, Reason = "no writer answered in time" };
        for (var pause = _firstPause; ; pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            try
            {
                var (asked, isOpen) = await AskAsync(proof, evidence, mayFence: cluster.Clock.Now - began > _patience, deadline, caller).ConfigureAwait(false);
                evidence = asked;
                if (!isOpen)
                {
                    return evidence;
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or IOException)
            {
                evidence = evidence with { Reason = $"the writer could not be asked: {e.Message}" };
            }

            if (cluster.Clock.Now + pause >= deadline || cluster.IsDisposed || caller.IsCancellationRequested)
            {
                return evidence;
            }

            await cluster.Clock.Delay(pause, CancellationToken.None).ConfigureAwait(false);
        }
    }

    async Task<(CommitEvidence Evidence, bool IsOpen)> AskAsync(
        CommitProof proof, CommitEvidence evidence, bool mayFence, TimeSpan deadline, CancellationToken caller)
    {
        var request = new RoutingRequest(ReadPreference.Primary, TimeSpan.MaxValue, IsRead: true);
        var acquired = await _acquirer.TryAcquireAsync(request, deadline, caller).ConfigureAwait(false);
        if (acquired.Failure is { } failure)
        {
            return (evidence with { Reason = $"no writer to ask: {failure.Exception.Message}" }, IsOpen: cluster.Clock.Now < deadline);
        }

        var (connection, pool) = acquired.Result;
        var asking = cluster.Ports.Commits.AskAsync(connection, proof.Xid, CancellationToken.None);
        if (!await TimeLimit.WithinAsync(asking, cluster.Settings.Monitoring.ProbeTimeout, cluster.Clock, CancellationToken.None).ConfigureAwait(false))
        {
            cluster.Reaper.Take(connection, asking, wasCut: cluster.Ports.Control.TryAbort(connection));
            return (evidence with { Reason = $"{pool.Endpoint.Name} did not answer" }, IsOpen: true);
        }

        await using (connection.ConfigureAwait(false))
        {
            var facts = await asking.ConfigureAwait(false);
            var judged = Judge(proof, evidence, facts, pool.Endpoint, out var isOpen);
            if (isOpen && mayFence && facts.Status == TransactionStatus.InProgress && cluster.Settings.Commits.FencesOrphans && !evidence.WasFenced)
            {
                await cluster.Ports.Commits.FenceAsync(connection, proof, caller).ConfigureAwait(false);
                cluster.Logger.OrphanFenced(proof.Xid, pool.Endpoint.Name);
                judged = judged with { WasFenced = true };
            }

            return (judged, isOpen);
        }
    }

    CommitEvidence Judge(CommitProof proof, CommitEvidence evidence, in CommitFacts facts, Endpoint writer, out bool isOpen)
    {
        // What was just learned belongs to the history too; and a second writer would make any answer worthless.
        var now = cluster.Clock.Now;
        var history = cluster.Store.History.With(new Observation.Probed(writer, now, now, facts.Server));
        var isSplit = cluster.Store.Current.Status == ClusterStatus.SplitBrain;
        var judgement = isSplit ? new CommitJudgement(null, "two servers accept writes") : CommitRule.Decide(proof, facts, history);
        isOpen = judgement.Outcome is null;
        return evidence with
        {
            Outcome = judgement.Outcome ?? CommitOutcome.Unknown,
            Reason = judgement.Reason,
            Writer = writer,
            WriterTimeline = facts.Server.Timeline,
            RecoveryEnd = facts.Server.RecoveryEnd,
            Status = facts.Status,
        };
    }
}
