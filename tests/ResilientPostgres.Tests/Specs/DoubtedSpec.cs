namespace ResilientPostgres.Tests.Specs;

/// <summary>A session had trouble.</summary>
sealed class DoubtedSpec
{
    public required string Endpoint { get; init; }

    public required int Generation { get; init; }

    public required int At { get; init; }

    public required bool Evidence { get; init; }

    public string Reason { get; init; } = "spec";
}
