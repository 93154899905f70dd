namespace ResilientPostgres.Tests.Statements;

/// <summary>What the comments ask for.</summary>
sealed record HintSpec
{
    public ReadPreference? Target { get; init; }

    public double? MaxLagMs { get; init; }

    public string? Label { get; init; }
}
