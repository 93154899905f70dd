using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Freshness;

/// <summary>What happened, a read, and who may answer it.</summary>
sealed class FreshnessCase : ISpecCase
{
    public required string Name { get; init; }

    public List<string> Endpoints { get; init; } = ["a", "b"];

    public required List<FreshnessStep> Steps { get; init; }

    /// <summary>When it is read.</summary>
    public required int At { get; init; }

    public int MaxLag { get; init; } = 2000;

    public Consistency Level { get; init; } = Consistency.Process;

    public bool InScope { get; init; }

    public ReadPreference Preference { get; init; } = ReadPreference.PreferStandby;

    public required Dictionary<string, Standing> Standbys { get; init; }

    public Reach Goes { get; init; }

    /// <summary>Whether the primary is asked first.</summary>
    public bool Asks { get; init; }

    public enum Standing
    {
        Has,
        Asked,
        Cannot,
    }

    public enum Reach
    {
        Anywhere,
        Primary,
        Nowhere,
    }
}
