using ResilientPostgres.Settings;
using ResilientPostgres.Tests.Specs;

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

    /// <summary>The label of near servers.</summary>
    public string? Label { get; init; }

    /// <summary>How much farther than the nearest, in milliseconds.</summary>
    public double? MaxLatencyDifference { get; init; }

    public Affinity? Near => Affinity.Freeze(new AffinityOptions { Label = Label, MaxLatencyDifference = MaxLatencyDifference is { } most ? Spec.Ms(most) : null });
}
