using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Specs;

/// <summary>A fresh connection failed.</summary>
sealed class FailedSpec
{
    public required string Endpoint { get; init; }

    public required int SentAt { get; init; }

    public ProbeFailure Failure { get; init; } = ProbeFailure.Unreachable;

    public string Reason { get; init; } = "spec";
}
