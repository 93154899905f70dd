using Npgsql;
using ResilientPostgres.Commits;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Calls;

/// <summary>Claims a transaction's token. A claim changes the data, so it is made only where the answer will count.</summary>
sealed class TokenQuestion(Cluster cluster, TokenProof proof) : ICommitQuestion
{
    /// <summary>A claim has to be answered within the time a probe has, its waiting for the transaction included.</summary>
    const int PartOfProbe = 4;

    public ICommitProof Proof => proof;

    public CommitEvidence Unanswered => new() { Xid = proof.Xid, Token = proof.Note.Token, Timeline = proof.Timeline, Reason = "no writer answered in time" };

    public async Task<CommitFinding> AskAsync(NpgsqlConnection connection, Endpoint writer, CommitEvidence evidence)
    {
        var server = await cluster.Ports.Tokens.AskAsync(connection, CancellationToken.None).ConfigureAwait(false);
        evidence = evidence with { Writer = writer, WriterTimeline = server.Timeline, RecoveryEnd = server.RecoveryEnd };
        var early = IsSplit ? Split : TokenRule.Forejudge(proof, server);
        if (early is { } judged)
        {
            return Found(evidence, judged, isUnderWay: false);
        }

        var claim = await ClaimAsync(connection, server).ConfigureAwait(false);
        return Found(evidence, IsSplit ? Split : TokenRule.Decide(proof, new TokenFacts(server, claim)), isUnderWay: claim == TokenClaim.Open);
    }

    bool IsSplit => cluster.Store.Current.Status == ClusterStatus.SplitBrain;

    static CommitJudgement Split => new(null, "two servers accept writes");

    Task<TokenClaim> ClaimAsync(NpgsqlConnection connection, ServerFacts server)
    {
        var age = cluster.Clock.Now - proof.Note.MadeAt;
        return TokenRule.IsOnlyLookedFor(proof, server, age, cluster.Settings.Commits.TokenRetention)
            ? cluster.Ports.Tokens.LookAsync(connection, proof.Note, CancellationToken.None)
            : cluster.Ports.Tokens.ClaimAsync(connection, proof.Note, cluster.Settings.Monitoring.ProbeTimeout / PartOfProbe, CancellationToken.None);
    }

    static CommitFinding Found(CommitEvidence evidence, in CommitJudgement judgement, bool isUnderWay) => new(
        evidence with { Outcome = judgement.Outcome ?? CommitOutcome.Unknown, Reason = judgement.Reason }, judgement.Outcome is null, isUnderWay);
}
