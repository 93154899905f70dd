using ResilientPostgres.Topology;

namespace ResilientPostgres.Commits;

/// <summary>
/// Token and facts in, outcome out. Pure. A row that is there was committed with its transaction; one that could be inserted a second time was not,
/// and its transaction then fails on it for ever. That holds after any crash and any promotion, for the row is part of the very data that it is asked about.
/// </summary>
static class TokenRule
{
    /// <summary>What is clear before anything is asked for the token; null if it may be.</summary>
    public static CommitJudgement? Forejudge(TokenProof proof, in ServerFacts server) => server switch
    {
        { IsWritable: false } => new CommitJudgement(null, "the server asked accepts no writes"),
        { Timeline: { } timeline } when timeline < proof.Timeline && server.SystemIdentifier == proof.SystemIdentifier =>
            new CommitJudgement(CommitOutcome.Unknown, $"the writer is on timeline {timeline}, below the transaction's {proof.Timeline}"),
        _ => null,
    };

    /// <summary>
    /// Absence would prove nothing, so nothing must be taken: in another cluster the row may still be on its way (replicated logically), and an old one
    /// may have been purged.
    /// </summary>
    /// <param name="proof">The token.</param>
    /// <param name="server">The writer.</param>
    /// <param name="age">How long ago the token was made.</param>
    /// <param name="retention">After how long it is purged. Half of it counts: that is measured by other clocks.</param>
    public static bool IsOnlyLookedFor(TokenProof proof, in ServerFacts server, TimeSpan age, TimeSpan retention) =>
        server.SystemIdentifier != proof.SystemIdentifier || age > retention / 2;

    public static CommitJudgement Decide(TokenProof proof, in TokenFacts facts) => Forejudge(proof, facts.Server) ?? (facts.Claim switch
    {
        TokenClaim.Present => new CommitJudgement(CommitOutcome.Committed, "its token is there"),
        TokenClaim.Taken => new CommitJudgement(CommitOutcome.NotCommitted, "its token was not there, and was taken, so that it can't be committed any more"),
        TokenClaim.TakenBefore => new CommitJudgement(CommitOutcome.NotCommitted, "its token had been taken by an earlier claim"),
        TokenClaim.Open => new CommitJudgement(null, "it is still open"),
        _ when facts.Server.SystemIdentifier != proof.SystemIdentifier =>
            new CommitJudgement(CommitOutcome.Unknown, "another cluster has taken its place, and its token is not there, or not yet"),
        _ => new CommitJudgement(CommitOutcome.Unknown, "its token is not there, but is so old that it may have been purged"),
    });
}
