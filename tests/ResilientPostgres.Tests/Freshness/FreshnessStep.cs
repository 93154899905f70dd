using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Freshness;

/// <summary>One thing that happened before the read.</summary>
sealed class FreshnessStep
{
    public ObservationSpec? See { get; init; }

    public Place? Wrote { get; init; }

    public int? WroteBy { get; init; }

    public Place? Asked { get; init; }

    public Place? Token { get; init; }

    public ReadOn? Read { get; init; }

    public sealed record Place(string Lsn, uint Timeline = 1, int At = 0, long System = 1);

    public sealed record ReadOn(string Endpoint, int At, int Generation = 1);
}
