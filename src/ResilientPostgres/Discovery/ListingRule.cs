using System.Collections.Frozen;
using System.Collections.Immutable;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Discovery;

/// <summary>What is made of a provider's answer. Pure.</summary>
static class ListingRule
{
    /// <summary>Why it can't be used; null if it can.</summary>
    public static string? Refuse(EndpointListing? listing)
    {
        if (listing is null || listing.Endpoints.IsDefaultOrEmpty)
        {
            return "it lists no endpoint";
        }

        if (listing.Endpoints.Select(Refuse).FirstOrDefault(static r => r is not null) is { } reason)
        {
            return reason;
        }

        var twice = listing.Endpoints.GroupBy(static l => l.Endpoint).FirstOrDefault(static g => g.Count() > 1);
        return twice is not null ? $"it lists {twice.Key.Name} {twice.Count()} times" : null;
    }

    /// <summary>
    /// What the options say of a host and port holds for each endpoint that the provider lists under it. The servers behind a pooler are the options' own: a provider of
    /// poolers doesn't list them.
    /// </summary>
    public static EndpointListing Describe(EndpointListing listing, ImmutableArray<Endpoint> described)
    {
        var listed = listing.Endpoints.Select(l => described.FirstOrDefault(d => d.IsOfSameName(l.Endpoint)) is { } by ? Describe(l, by) : l);
        var behind = described.Where(d => d.IsBackend && !listing.Endpoints.Any(l => l.Endpoint.IsOfSameName(d))).Select(static d => new ListedEndpoint(d));
        return listing with { Endpoints = [.. listed, .. behind] };
    }

    /// <summary>Somebody changed his role, came or went: worth a look at once.</summary>
    public static bool IsNews(DiscoveryState before, EndpointListing listing) =>
        before.Endpoints.Length != listing.Endpoints.Length || listing.Endpoints.Any(l => before.Find(l.Endpoint)?.Role != l.Role);

    static string? Refuse(ListedEndpoint? listed) => listed?.Endpoint switch
    {
        null => "it lists an endpoint that is null",
        { Port: < 1 or > 65535 } e => $"it lists {e.Name}, whose port is not between 1 and 65535",
        { Weight: < 0 or > ShapeRules.MostWeight } e => $"it lists {e.Name} with a weight of {e.Weight}, which is not between 0 and {ShapeRules.MostWeight}",
        { } e when string.IsNullOrWhiteSpace(e.Host) || e.Host.Contains(',', StringComparison.Ordinal) => $"it lists '{e.Host}', which is not one host",
        _ => null,
    };

    static ListedEndpoint Describe(ListedEndpoint listed, Endpoint by)
    {
        var own = listed.Endpoint;
        if (by is { Weight: 1, CanBecomePrimary: true, Labels.Count: 0 })
        {
            return listed;
        }

        var labels = own.Labels.ToDictionary();
        foreach (var (key, value) in by.Labels)
        {
            labels[key] = value;
        }

        // Either may take it out of the reads, and either may keep it from becoming primary.
        var weight = own.Weight == 0 ? 0 : by.Weight == 1 ? own.Weight : by.Weight;
        var endpoint = new Endpoint(own.Host, own.Port, weight, own.CanBecomePrimary && by.CanBecomePrimary, labels.ToFrozenDictionary(), own.Address);
        return listed with { Endpoint = by.IsBackend ? endpoint.AsBackend() : endpoint };
    }
}
