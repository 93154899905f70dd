using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using ResilientPostgres.Passwords;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Postgres;

/// <summary>Builds Npgsql's data sources: plain single-host ones, each named after cluster and endpoint so that metrics and spans tell them apart.</summary>
sealed class EndpointSources(
    string cluster,
    Func<ResilientSettings> settings,
    Action<Endpoint, NpgsqlDataSourceBuilder>? configure,
    ILoggerFactory? loggers,
    Action<Activity, string>? enrich = null,
    PasswordBook? passwords = null)
{
    /// <summary>Every server is tried in turn, so none may take long.</summary>
    const int MostConnectSeconds = 5;

    /// <summary>What the monitor's sessions have found out about whom they really talk to.</summary>
    public SeenPoolers Poolers { get; } = new();

    public NpgsqlDataSource ForSessions(Endpoint endpoint) => Build(endpoint, settings().ForEndpoint(endpoint), endpoint.Name, loggers);

    public bool Prepares(Endpoint endpoint) => settings().PreparedOn(endpoint, Poolers.Has(endpoint)) > 0;

    /// <summary>Null where no session can be spared for statements alone.</summary>
    public NpgsqlDataSource? ForStatements(Endpoint endpoint) =>
        settings().ForStatements(endpoint, Poolers.Has(endpoint)) is { } builder ? Build(endpoint, builder, $"{endpoint.Name}/statements", loggers) : null;

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
        builder.MaxAutoPrepare = 0; // What is asked again and again is prepared by itself, once it is known with whom.
        builder.Timeout = Math.Max(1, (int)Math.Ceiling(settings().Monitoring.ProbeTimeout.TotalSeconds * 3));
        builder.CommandTimeout = builder.Timeout;

        // Npgsql would log the end of every session that its server, or we, cut off; the monitor says what there is to say.
        return Build(endpoint, builder, $"{endpoint.Name}/monitor", null, static b => b.ConfigureTypeLoading(static t => t.EnableTypeLoading(false)));
    }

    /// <summary>Whether what the user configures goes together, seen before anything is opened.</summary>
    /// <exception cref="InvalidOperationException">There are two sources of passwords.</exception>
    public void Try(Endpoint endpoint) => ForMonitor(endpoint).Dispose();

    /// <summary>What logs in the sessions of a data source made here; null where no provider is registered.</summary>
    public EndpointPassword? PasswordOf(Endpoint endpoint, NpgsqlDataSource source) =>
        passwords?.For(endpoint, new NpgsqlConnectionStringBuilder(source.ConnectionString).Username);

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

        // Before the user's own: what that sets for a server is meant.
        Provide(endpoint, builder);
        configure?.Invoke(endpoint, builder);
        last?.Invoke(builder);
        return passwords is null ? builder.Build() : BuildWithPasswords(builder);
    }

    void Provide(Endpoint endpoint, NpgsqlDataSourceBuilder builder)
    {
        if (passwords is not null)
        {
            builder.UsePasswordProvider(
                settings => passwords.For(endpoint, settings.Username).Get(),
                (settings, cancellationToken) => passwords.For(endpoint, settings.Username).GetAsync(cancellationToken));
        }
    }

    static NpgsqlDataSource BuildWithPasswords(NpgsqlDataSourceBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (NotSupportedException e)
        {
            throw new InvalidOperationException(
                $"A password provider is registered, and ConfigureNpgsql sets a password, a password file or a periodic provider beside it. Remove one of the two; a server with a password of its own takes UsePasswordProvider there ({e.Message})", e);
        }
    }
}
