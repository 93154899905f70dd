using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Lag;

/// <summary>Either something seen, or a check.</summary>
sealed class LagStep
{
    public ObservationSpec? See { get; init; }

    /// <summary>The moment of the check.</summary>
    public int? At { get; init; }

    /// <summary>The bound of each named standby in milliseconds; null if nothing is proven.</summary>
    public Dictionary<string, int?>? Lag { get; init; }

    /// <summary>Many primary probes at once, one LSN further each: to fill the ring.</summary>
    public LagStream? Stream { get; init; }
}
