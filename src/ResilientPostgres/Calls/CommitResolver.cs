using Npgsql;
using ResilientPostgres.Commits;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Routing;

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
    public async Task<CommitEvidence> ResolveAsync(ICommitProof proof, TimeSpan deadline, CancellationToken caller)
    {
        var began = cluster.Clock.Now;
        ICommitQuestion question = proof is TokenProof token ? new TokenQuestion(cluster, token) : new LogQuestion(cluster, (CommitProof)proof);
        var evidence = question.Unanswered;
        for (var pause = _firstPause; ; pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            try
            {
                var (asked, isOpen, _) = await AskAsync(question, evidence, mayFence: cluster.Clock.Now - began > _patience, deadline, caller).ConfigureAwait(false);
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

    async Task<CommitFinding> AskAsync(ICommitQuestion question, CommitEvidence evidence, bool mayFence, TimeSpan deadline, CancellationToken caller)
    {
        var request = new RoutingRequest(ReadPreference.Primary, TimeSpan.MaxValue, IsRead: true);
        var acquired = await _acquirer.TryAcquireAsync(request, deadline, caller).ConfigureAwait(false);
        if (acquired.Failure is { } failure)
        {
            return new CommitFinding(evidence with { Reason = $"no writer to ask: {failure.Exception.Message}" }, IsOpen: cluster.Clock.Now < deadline, IsUnderWay: false);
        }

        var (connection, pool) = acquired.Result;
        var asking = question.AskAsync(connection, pool.Endpoint, evidence);
        if (!await TimeLimit.WithinAsync(asking, cluster.Settings.Monitoring.ProbeTimeout, cluster.Clock, CancellationToken.None).ConfigureAwait(false))
        {
            cluster.Reaper.Take(connection, asking, wasCut: cluster.Ports.Control.TryAbort(connection));
            return new CommitFinding(evidence with { Reason = $"{pool.Endpoint.Name} did not answer" }, IsOpen: true, IsUnderWay: false);
        }

        await using (connection.ConfigureAwait(false))
        {
            var found = await asking.ConfigureAwait(false);
            if (found is { IsOpen: true, IsUnderWay: true } && mayFence && cluster.Settings.Commits.FencesOrphans && !evidence.WasFenced)
            {
                await cluster.Ports.Commits.FenceAsync(connection, question.Proof, caller).ConfigureAwait(false);
                cluster.Logger.OrphanFenced(question.Proof.Xid, pool.Endpoint.Name);
                found = found with { Evidence = found.Evidence with { WasFenced = true } };
            }

            return found;
        }
    }
}
