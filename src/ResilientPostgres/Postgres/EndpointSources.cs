using System.Diagnostics;
using Npgsql;
using Microsoft.Extensions.Logging;
using ResilientPostgres.Options;

namespace ResilientPostgres.Postgres;

/// <summary>Builds Npgsql's data sources: plain single-host ones, each named after cluster and endpoint so that metrics and spans tell them apart.</summary>
sealed class EndpointSources(
    string cluster,
    Func<ResilientSettings> settings,
    Action<Endpoint, NpgsqlDataSourceBuilder>? configure,
    ILoggerFactory? loggers,
    Action<Activity, string>? enrich = null)
{
    /// <summary>Every server is tried in turn, so none may take long.</summary>
    const int MostConnectSeconds = 5;

    public NpgsqlDataSource ForSessions(Endpoint endpoint) => Build(endpoint, settings().ForEndpoint(endpoint), endpoint.Name, loggers);

    /// <summary>Null where no session can be spared for statements alone.</summary>
    public NpgsqlDataSource? ForStatements(Endpoint endpoint) =>
        settings().ForStatements(endpoint) is { } builder ? Build(endpoint, builder, $"{endpoint.Name}/statements", loggers) : null;

    /// <summary>For creating, changing and dropping databases: nothing of it stays in a pool, where it would stand in the way of a DROP DATABASE.</summary>
    public NpgsqlDataSource ForAdministration(Endpoint endpoint, string? database)
    {
        var builder = settings().ForEndpoint(endpoint);
        builder.Pooling = false;
        builder.Database = database ?? builder.Database;
        builder.Timeout = builder.Timeout == 0 ? MostConnectSeconds : Math.Min(builder.Timeout, MostConnectSeconds);
        return Build(endpoint, builder, $"{endpoint.Name}/administration", loggers);
    }

    /// <summary>One session outside the pool; it reads nothing but built-in types, so it need not load the others.</summary>
    public NpgsqlDataSource ForMonitor(Endpoint endpoint)
    {
        var builder = settings().ForEndpoint(endpoint);
        builder.Pooling = false;
        builder.KeepAlive = 0;
        builder.MaxAutoPrepare = settings().Pooler.IsAny ? 0 : 2;
        builder.AutoPrepareMinUsages = 2;
        builder.Timeout = Math.Max(1, (int)Math.Ceiling(settings().Monitoring.ProbeTimeout.TotalSeconds * 3));
        builder.CommandTimeout = builder.Timeout;

        // Npgsql would log the end of every session that its server, or we, cut off; the monitor says what there is to say.
        return Build(endpoint, builder, $"{endpoint.Name}/monitor", null, static b => b.ConfigureTypeLoading(static t => t.EnableTypeLoading(false)));
    }

    NpgsqlDataSource Build(Endpoint endpoint, NpgsqlConnectionStringBuilder connectionString, string name, ILoggerFactory? logTo, Action<NpgsqlDataSourceBuilder>? last = null)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString.ConnectionString) { Name = $"{cluster}/{name}" };
        builder.UseLoggerFactory(logTo);
        if (enrich is not null)
        {
            builder.ConfigureTracing(t => t.ConfigureCommandEnrichmentCallback((span, command) => enrich(span, command.CommandText)));
        }

        if (endpoint.Address is not null)
        {
            // The address is dialled, the name is what the certificate must show. A callback of the user's replaces this one, and then fails rather than trusts.
            builder.UseSslClientAuthenticationOptionsCallback(tls => tls.TargetHost = endpoint.Host);
        }

        configure?.Invoke(endpoint, builder);
        last?.Invoke(builder);
        return builder.Build();
    }
}
