using System.Collections.Frozen;
using System.Collections.Immutable;
using Npgsql;
using ResilientPostgres.Endpoints;
using ResilientPostgres.Options;

namespace ResilientPostgres.Settings;

/// <summary>The options of one cluster, frozen: a reload makes a new one and swaps it whole.</summary>
sealed record ResilientSettings
{
    public required string ConnectionString { get; init; }

    /// <summary>Those of the connection string and of the options; all there are, unless a provider lists others.</summary>
    public required ImmutableArray<Endpoint> Endpoints { get; init; }
    public required PoolerSettings Pooler { get; init; }
    public required RoutingMode Mode { get; init; }
    public required ReadPreference ReadPreference { get; init; }
    public required TimeSpan MaxReplicationLag { get; init; }
    public required long MaxReplicationLagBytes { get; init; }
    public required Consistency Consistency { get; init; }
    public required Affinity? Affinity { get; init; }
    public required TimeSpan StandbyWait { get; init; }
    public required TimeSpan AttemptTimeout { get; init; }
    public required TimeSpan TotalTimeout { get; init; }
    public required RetrySettings Retry { get; init; }
    public required CircuitBreakerSettings CircuitBreaker { get; init; }
    public required HedgingSettings Hedging { get; init; }
    public required CommitSettings Commits { get; init; }
    public required StatementSettings Statements { get; init; }
    public required SplitBrainAction SplitBrain { get; init; }
    public required MonitoringSettings Monitoring { get; init; }

    /// <summary>What of a shared connection string was translated or has no meaning here; said once in the log.</summary>
    public required ImmutableArray<string> Notices { get; init; }

    /// <summary>Freezes options that have passed the validators.</summary>
    public static ResilientSettings Freeze(ResilientPostgresOptions options)
    {
        var parts = ConnectionStringParts.Parse(options.ConnectionString, []);
        var pooler = PoolerSettings.Freeze(options);
        return new ResilientSettings
        {
            ConnectionString = parts.Common,
            Endpoints = Merge([.. parts.Endpoints, .. BackendsOf(options)], options.Endpoints),
            Pooler = pooler,
            Mode = options.Mode,
            ReadPreference = options.ReadPreference ?? parts.ReadPreference ?? ResilientPostgres.ReadPreference.PreferStandby,
            MaxReplicationLag = options.MaxReplicationLag,
            MaxReplicationLagBytes = options.MaxReplicationLagBytes ?? long.MaxValue,
            Consistency = options.Consistency.Level,
            Affinity = Affinity.Freeze(options.Affinity),
            StandbyWait = options.Consistency.StandbyWait,
            AttemptTimeout = options.AttemptTimeout,
            TotalTimeout = options.TotalTimeout,
            Retry = RetrySettings.Freeze(options.Retry),
            CircuitBreaker = CircuitBreakerSettings.Freeze(options.CircuitBreaker),
            Hedging = HedgingSettings.Freeze(options.Hedging),
            Commits = CommitSettings.Freeze(options.Commits, pooler),
            Statements = StatementSettings.Freeze(options.StatementRouting, parts.Common),
            SplitBrain = options.SplitBrain,
            Monitoring = MonitoringSettings.Freeze(options.Monitoring),
            Notices = [.. parts.Notices, .. pooler.Notices(parts.Common)],
        };
    }

    static IEnumerable<Endpoint> BackendsOf(ResilientPostgresOptions options) =>
        HostList.Parse(options.Backends, Defaults.Port, []).Select(static e => e.AsBackend());

    /// <summary>An entry for a listed host describes it; any other adds a server.</summary>
    public static ImmutableArray<Endpoint> Merge(ImmutableArray<Endpoint> hosts, IList<EndpointOptions> described)
    {
        var merged = hosts.ToList();
        foreach (var entry in described)
        {
            var endpoint = new Endpoint(entry.Host, entry.Port, entry.Weight, entry.CanBecomePrimary, entry.Labels.ToFrozenDictionary());
            var at = merged.IndexOf(endpoint);
            endpoint = at >= 0 && merged[at].IsBackend ? endpoint.AsBackend() : endpoint;
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

    /// <summary>A read goes to a server that pgpool chooses and nobody knows, unless it is forced to the primary.</summary>
    public bool IsSplitByPgpool => Pooler is { IsPgpool: true, HasBackends: false };

    /// <summary>Whether statements may be prepared on a session.</summary>
    public bool CanPrepare => !Pooler.IsTransactional || Statements.PreparedStatements > 0;

    /// <summary>Too tight for what probes prove.</summary>
    public bool IsTight(TimeSpan maxLag) => maxLag < Monitoring.ProbeInterval * Defaults.LagIntervals;

    /// <summary>How many of a server's sessions serve statements alone: a third, for the others can serve them too but not the other way round.</summary>
    public int StatementSessions(int poolSize) => Statements.Enabled && Mode != RoutingMode.PassThrough ? (poolSize - 1) / 3 : 0;

    /// <summary>Whether a session there may be another one of the server's in each transaction.</summary>
    public bool IsTransactional(Endpoint endpoint) => Pooler.IsTransactional && !endpoint.IsBackend;

    /// <summary>
    /// How many statements may be kept prepared on a server's sessions, one text at a time. None where the connection string says how many the driver prepares by itself
    /// (<c>Max Auto Prepare</c>, 0 too), where a pooler stands between, or was seen to.
    /// </summary>
    public int PreparedOn(Endpoint endpoint, bool isPooled) =>
        Mode == RoutingMode.PassThrough || SaysMaxAutoPrepare(new NpgsqlConnectionStringBuilder(ConnectionString)) ? 0 : Statements.PreparedOn(endpoint, Pooler, isPooled);

    /// <summary>The connection string of one server; the monitor's own session and those for statements come out of its pool size.</summary>
    public NpgsqlConnectionStringBuilder ForEndpoint(Endpoint endpoint)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString) { Host = endpoint.Address ?? endpoint.Host, Port = endpoint.Port };
        builder.NoResetOnClose |= IsTransactional(endpoint); // A reset would fall on whoever has the server session by then.
        builder.MaxPoolSize -= 1 + StatementSessions(builder.MaxPoolSize);
        builder.MinPoolSize = Math.Min(builder.MinPoolSize, builder.MaxPoolSize);
        return builder;
    }

    /// <summary>
    /// Sessions for statements that can't leave anything in them: never reset, so that what is prepared on them stays. Null where there is none to spare.
    /// </summary>
    public NpgsqlConnectionStringBuilder? ForStatements(Endpoint endpoint, bool isPooled)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString) { Host = endpoint.Address ?? endpoint.Host, Port = endpoint.Port, NoResetOnClose = true };
        builder.MaxPoolSize = StatementSessions(builder.MaxPoolSize);
        builder.MinPoolSize = 0;
        if (!SaysMaxAutoPrepare(builder) && Statements.PreparedOn(endpoint, Pooler, isPooled) is var most and > 0)
        {
            builder.MaxAutoPrepare = most;
            builder.AutoPrepareMinUsages = Says(builder, "Auto Prepare Min Usages") ? builder.AutoPrepareMinUsages : Defaults.PreparedAfterUses;
        }

        return builder.MaxPoolSize > 0 ? builder : null;
    }

    /// <summary>Said, if it is there at all: Npgsql's own default is 0 too.</summary>
    static bool SaysMaxAutoPrepare(NpgsqlConnectionStringBuilder builder) => Says(builder, "Max Auto Prepare");

    static bool Says(NpgsqlConnectionStringBuilder builder, string key) => builder.Keys!.Cast<string>().Contains(key, StringComparer.OrdinalIgnoreCase);
}
