using System.Collections.Immutable;
using ResilientPostgres.Endpoints;

namespace ResilientPostgres.Topology;

/// <summary>Who joins and who leaves.</summary>
static class EndpointList
{
    public static TopologyState Apply(TopologyState state, Observation.EndpointsListed listed)
    {
        var endpoints = ImmutableArray.CreateBuilder<EndpointState>();
        foreach (var entry in listed.Endpoints)
        {
            endpoints.Add(state.Find(entry.Endpoint) is { } known ? Stay(known, entry) : Join(state, entry));
        }

        foreach (var gone in state.Endpoints.Where(e => !listed.Endpoints.Any(l => l.Endpoint.Equals(e.Endpoint))))
        {
            var since = gone.UnlistedSince ?? listed.At;
            if (gone.IsObserved && (listed.At - since < listed.Memory || IsLastHope(state, gone, listed)))
            {
                endpoints.Add(gone.UnlistedSince is null ? gone with { UnlistedSince = since, ListedRole = EndpointRole.Unknown } : gone);
            }
        }

        return endpoints.SequenceEqual(state.Endpoints, ReferenceEqualityComparer.Instance) ? state : state with { Endpoints = endpoints.ToImmutable() };
    }

    /// <summary>It is the primary and nobody listed has taken over: a list that is wrong must not end what works. An operator's word (no memory) does.</summary>
    static bool IsLastHope(TopologyState state, EndpointState gone, Observation.EndpointsListed listed) =>
        listed.Memory > TimeSpan.Zero && gone.Endpoint.Equals(state.Snapshot.Primary?.Endpoint);

    // Higher than any generation it had if it was here before: a late word about one of those must not be taken for one about now.
    static EndpointState Join(TopologyState state, ListedEndpoint entry) =>
        new(entry.Endpoint) { Generation = (int)state.Snapshot.Version, ListedRole = entry.Role };

    /// <summary>The same object where nothing differs, so that a list that says nothing new wakes nobody.</summary>
    static EndpointState Stay(EndpointState known, ListedEndpoint entry)
    {
        var isAsBefore = EndpointComparer.Whole.Equals(known.Endpoint, entry.Endpoint);
        return isAsBefore && known.ListedRole == entry.Role && known.UnlistedSince is null
            ? known
            : known with { Endpoint = isAsBefore ? known.Endpoint : entry.Endpoint, ListedRole = entry.Role, UnlistedSince = null };
    }
}
