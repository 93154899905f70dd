using ResilientPostgres.Commits;

namespace ResilientPostgres.Tests.Commits;

/// <summary>What was noted of the transaction.</summary>
sealed class TokenProofSpec
{
    public uint Timeline { get; init; } = 1;

    public long SystemIdentifier { get; init; } = 1;

    public TokenProof ToProof() => new(
        new TokenNote(Guid.Empty, "resilient_postgres.commits", Timeline, TimeSpan.Zero), SystemIdentifier, Xid: 100, DateTime.UnixEpoch, ProcessId: 7, DateTime.UnixEpoch);
}
