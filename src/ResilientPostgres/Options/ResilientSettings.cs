using System.Collections.Frozen;
using System.Collections.Immutable;
using Npgsql;

namespace ResilientPostgres.Options;

/// <summary>The options of one cluster, frozen: a reload makes a new one and swaps it whole.</summary>
sealed record ResilientSettings
{
    public required string ConnectionString { get; init; }
    public required ImmutableArray<Endpoint> Endpoints { get; init; }
    public required RoutingMode Mode { get; init; }
    public required ReadPreference ReadPreference { get; init; }
    public required TimeSpan MaxReplicationLag { get; init; }
    public required TimeSpan AttemptTimeout { get; init; }
    public required TimeSpan TotalTimeout { get; init; }
    public required RetrySettings Retry { get; init; }
    public required CircuitBreakerSettings CircuitBreaker { get; init; }
    public required HedgingSettings Hedging { get; init; }
    public required CommitSettings Commits { get; init; }
    public required SplitBrainAction SplitBrain { get; init; }
    public required MonitoringSettings Monitoring { get; init; }

    /// <summary>What of a shared connection string was translated or has no meaning here; said once in the log.</summary>
    public required ImmutableArray<string> Notices { get; init; }

    /// <summary>Freezes options that have passed the validators.</summary>
    public static ResilientSettings Freeze(ResilientPostgresOptions options)
    {
        var parts = ConnectionStringParts.Parse(options.ConnectionString, []);
        return new ResilientSettings
        {
            ConnectionString = parts.Common,
            Endpoints = Merge(parts.Endpoints, options.Endpoints),
            Mode = options.Mode,
            ReadPreference = options.ReadPreference ?? parts.ReadPreference ?? ResilientPostgres.ReadPreference.PreferStandby,
            MaxReplicationLag = options.MaxReplicationLag,
            AttemptTimeout = options.AttemptTimeout,
            TotalTimeout = options.TotalTimeout,
            Retry = RetrySettings.Freeze(options.Retry),
            CircuitBreaker = CircuitBreakerSettings.Freeze(options.CircuitBreaker),
            Hedging = HedgingSettings.Freeze(options.Hedging),
            Commits = CommitSettings.Freeze(options.Commits),
            SplitBrain = options.SplitBrain,
            Monitoring = MonitoringSettings.Freeze(options.Monitoring),
            Notices = parts.Notices,
        };
    }

    /// <summary>An entry for a listed host describes it; any other adds a server.</summary>
    public static ImmutableArray<Endpoint> Merge(ImmutableArray<Endpoint> hosts, IList<EndpointOptions> described)
    {
        var merged = hosts.ToList();
        foreach (var entry in described)
        {
            var endpoint = new Endpoint(entry.Host, entry.Port, entry.Weight, entry.CanBecomePrimary, entry.Labels.ToFrozenDictionary());
            var at = merged.IndexOf(endpoint);
            if (at < 0)
            {
                merged.Add(endpoint);
            }
            else
            {
                merged[at] = endpoint;
            }
        }

        return [.. merged];
    }

    /// <summary>The connection string of one server; the monitor's own session comes out of its pool size.</summary>
    public NpgsqlConnectionStringBuilder ForEndpoint(Endpoint endpoint)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString) { Host = endpoint.Host, Port = endpoint.Port };
        builder.MaxPoolSize -= 1;
        builder.MinPoolSize = Math.Min(builder.MinPoolSize, builder.MaxPoolSize);
        return builder;
    }
}
