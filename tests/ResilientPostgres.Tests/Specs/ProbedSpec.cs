using NpgsqlTypes;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Specs;

/// <summary>A server answered. What is left out is ordinary: see tests/specs/README.md.</summary>
sealed class ProbedSpec
{
    public required string Endpoint { get; init; }

    public required int SentAt { get; init; }

    public int? ReceivedAt { get; init; }

    public bool InRecovery { get; init; }

    public bool? ReadOnly { get; init; }

    public long SystemIdentifier { get; init; } = 1;

    public string? StartedAt { get; init; }

    public string Lsn { get; init; } = "0/1000";

    public uint? Timeline { get; init; }

    public string? RecoveryEnd { get; init; }

    /// <summary>The timeline in a standby's control file.</summary>
    public uint? KeptTimeline { get; init; }

    /// <summary>Commits of the role wait for the disk.</summary>
    public bool CommitsWait { get; init; } = true;

    /// <summary>Any text names one moment; nothing known if left out.</summary>
    public string? StatsReset { get; init; }

    public Observation ToObservation() => new Observation.Probed(Spec.Endpoint(Endpoint), Spec.Ms(SentAt), Spec.Ms(ReceivedAt ?? SentAt + 1), ToFacts());

    public ServerFacts ToFacts() => new(
        InRecovery,
        ReadOnly ?? InRecovery,
        SystemIdentifier,
        Spec.Start(StartedAt ?? Endpoint),
        NpgsqlLogSequenceNumber.Parse(Lsn),
        Timeline ?? (InRecovery ? null : 1),
        RecoveryEnd is null ? null : NpgsqlLogSequenceNumber.Parse(RecoveryEnd),
        StatsReset is null ? null : Spec.Start(StatsReset),
        KeptTimeline,
        CommitsWait);
}
