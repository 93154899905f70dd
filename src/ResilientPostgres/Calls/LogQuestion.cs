using Npgsql;
using ResilientPostgres.Commits;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Calls;

/// <summary>Asks for a transaction's id, and judges the answer by the log.</summary>
sealed class LogQuestion(Cluster cluster, CommitProof proof) : ICommitQuestion
{
    public ICommitProof Proof => proof;

    public CommitEvidence Unanswered => new() { Xid = proof.Xid, Lsn = proof.Lsn, Timeline = proof.Timeline, Reason = "no writer answered in time" };

    public async Task<CommitFinding> AskAsync(NpgsqlConnection connection, Endpoint writer, CommitEvidence evidence)
    {
        var facts = await cluster.Ports.Commits.AskAsync(connection, proof.Xid, CancellationToken.None).ConfigureAwait(false);

        // What was just learned belongs to the history too; and a second writer would make any answer worthless.
        var now = cluster.Clock.Now;
        var history = cluster.Store.History.With(new Observation.Probed(writer, now, now, facts.Server));
        var isSplit = cluster.Store.Current.Status == ClusterStatus.SplitBrain;
        var judgement = isSplit ? new CommitJudgement(null, "two servers accept writes") : CommitRule.Decide(proof, facts, history);
        var found = evidence with
        {
            Outcome = judgement.Outcome ?? CommitOutcome.Unknown,
            Reason = judgement.Reason,
            Writer = writer,
            WriterTimeline = facts.Server.Timeline,
            RecoveryEnd = facts.Server.RecoveryEnd,
            Status = facts.Status,
        };
        return new CommitFinding(found, judgement.Outcome is null, IsUnderWay: facts.Status == TransactionStatus.InProgress);
    }
}
