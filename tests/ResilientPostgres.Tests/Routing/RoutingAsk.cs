namespace ResilientPostgres.Tests.Routing;

/// <summary>What is asked for.</summary>
sealed class RoutingAsk
{
    public required ReadPreference Preference { get; init; }

    public int MaxLag { get; init; } = 2000;

    /// <summary>Whether it only reads.</summary>
    public bool IsRead { get; init; } = true;

    public string? Avoid { get; init; }
}
