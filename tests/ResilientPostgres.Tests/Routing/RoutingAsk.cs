namespace ResilientPostgres.Tests.Routing;

/// <summary>What is asked for.</summary>
sealed class RoutingAsk
{
    public required ReadPreference Preference { get; init; }

    public int MaxLag { get; init; } = 2000;

    /// <summary>Whether it only reads.</summary>
    public bool IsRead { get; init; } = true;

    /// <summary>Poolers stand before the servers: any name of the primary will do.</summary>
    public bool ByName { get; init; }

    public string? Avoid { get; init; }
}
