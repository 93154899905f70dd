using NpgsqlTypes;
using ResilientPostgres.Commits;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Commits;

/// <summary>What was noted of the transaction.</summary>
sealed class ProofSpec
{
    public string Lsn { get; init; } = "0/500";

    public uint Timeline { get; init; } = 1;

    public long SystemIdentifier { get; init; } = 1;

    public string StartedAt { get; init; } = "a";

    public string? StatsReset { get; init; } = "s";

    public CommitProof ToProof() => new(
        Xid: 100,
        NpgsqlLogSequenceNumber.Parse(Lsn),
        Timeline,
        SystemIdentifier,
        Spec.Start(StartedAt),
        StatsReset is null ? null : Spec.Start(StatsReset),
        ProcessId: 7,
        At: DateTime.UnixEpoch);
}
