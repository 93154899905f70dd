using System.Collections.Immutable;
using ResilientPostgres.Dns.Lookup;

namespace ResilientPostgres.Dns.Listing;

/// <summary>SRV weights (0 to 65535) as shares of reads (1 to 1000). Pure.</summary>
static class Weights
{
    const int Most = 1000;

    /// <summary>0, the last resort for reads, for all but the lowest priority number.</summary>
    public static int Of(ServiceTarget target, ImmutableArray<ServiceTarget> all)
    {
        if (target.Priority > all.Min(static t => t.Priority))
        {
            return 0;
        }

        var heaviest = all.Where(t => t.Priority == target.Priority).Max(static t => t.Weight);
        var weight = heaviest <= Most ? target.Weight : (int)Math.Round(target.Weight * (double)Most / heaviest);
        return Math.Max(1, weight);
    }
}
