using ResilientPostgres.Positions;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Routing;

/// <summary>What a call needs of an endpoint.</summary>
/// <param name="Preference">Where it may run.</param>
/// <param name="MaxLag">How far a standby may be behind.</param>
/// <param name="Avoid">The endpoint that just failed it.</param>
/// <param name="IsRead">It only reads: better an endpoint whose circuit is open than none.</param>
/// <param name="IsPure">It is one statement that can't leave anything in its session.</param>
/// <param name="Near">Which servers are to be preferred.</param>
/// <param name="Floor">What a server must have; null if nothing in particular.</param>
readonly record struct RoutingRequest(
    ReadPreference Preference, TimeSpan MaxLag, Endpoint? Avoid = null, bool IsRead = false, bool IsPure = false, Affinity? Near = null, FreshnessFloor? Floor = null)
{
    /// <summary>It has no limit on lag of its own.</summary>
    public bool IsLimitDefault { get; init; }

    /// <summary>Several endpoints may be names of the primary (poolers before it): any of them will do, by load.</summary>
    public bool IsByName { get; init; }

    /// <summary>Where it runs matters to the reads after it.</summary>
    public bool LeavesTrail { get; init; }
}
