using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.DependencyInjection;
using ResilientPostgres.Discovery;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Passwords;
using ResilientPostgres.Postgres;
using ResilientPostgres.Settings;

namespace ResilientPostgres;

/// <summary>Builds a <see cref="ResilientDataSource"/> without a container.</summary>
public sealed class ResilientDataSourceBuilder
{
    Action<Endpoint, NpgsqlDataSourceBuilder>? _configure;
    PasswordSetup? _passwords;
    IServiceProvider? _services;
    readonly ResilienceStrategies _strategies = new();
    ILoggerFactory? _loggers;
    IEndpointProvider? _provider;
    TimeProvider _time = TimeProvider.System;

    /// <summary>Begins with defaults.</summary>
    /// <param name="connectionString">An Npgsql connection string whose <c>Host</c> lists the servers.</param>
    public ResilientDataSourceBuilder(string? connectionString = null) =>
        Options = new ResilientPostgresOptions { ConnectionString = connectionString ?? "" };

    internal ResilientDataSourceBuilder(ResilientPostgresOptions options) => Options = options;

    /// <summary>Everything that can be set.</summary>
    public ResilientPostgresOptions Options { get; }

    /// <summary>The cluster's name in logs, metrics and Npgsql's pool names.</summary>
    /// <value>The default value is <c>postgres</c>.</value>
    public string Name { get; set; } = "postgres";

    /// <summary>Configures Npgsql for each endpoint: type mappings, TLS, passwords. Also called for the monitor's session.</summary>
    /// <param name="configure">Called once for each data source made.</param>
    /// <returns>This builder.</returns>
    public ResilientDataSourceBuilder ConfigureNpgsql(Action<Endpoint, NpgsqlDataSourceBuilder> configure)
    {
        _configure += configure;
        return this;
    }

    /// <summary>The hosts are pgpool-IIs: interchangeable, and themselves splitting the reads unless the servers behind them are given.</summary>
    /// <param name="backends">The servers behind them, written like <c>Host</c>, to be read from directly.</param>
    /// <returns>This builder.</returns>
    public ResilientDataSourceBuilder UsePgpool(string? backends = null)
    {
        Options.UsePgpool(backends);
        return this;
    }

    /// <summary>The hosts are PgBouncers.</summary>
    /// <param name="mode">Their <c>pool_mode</c>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such mode.</exception>
    public ResilientDataSourceBuilder UsePgBouncer(PgBouncerMode mode = PgBouncerMode.Transaction)
    {
        Options.Pooler |= PoolerShortcuts.KindOf(mode);
        return this;
    }

    /// <summary>Has the endpoints listed by a provider; the hosts of the connection string are what it begins with.</summary>
    /// <param name="provider">The provider. The data source disposes it.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public ResilientDataSourceBuilder AddEndpointProvider(IEndpointProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (_provider is not null)
        {
            throw new InvalidOperationException($"{_provider.Name} lists the endpoints already. Use one provider, or write one that asks both.");
        }

        _provider = provider;
        return this;
    }

    /// <summary>
    /// Lets passwords come from a provider instead of the connection string. It is asked when a physical connection logs in to a server and no password is kept for it: at the first
    /// login, when the lifetime ends, and once when the server refuses the one that is kept; the login is then tried again.
    /// </summary>
    /// <param name="provider">Gives a password; called once at a time for each server, within 30 seconds. Its failure fails the login.</param>
    /// <param name="configure">How long passwords are kept; until they are refused by default.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">There is a provider already.</exception>
    public ResilientDataSourceBuilder UsePasswordProvider(
        Func<PasswordRequest, CancellationToken, ValueTask<string>> provider, Action<PasswordProviderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return UsePasswords(PasswordSetup.Of(_ => provider, configure));
    }

    internal ResilientDataSourceBuilder UsePasswords(PasswordSetup setup, IServiceProvider? services = null)
    {
        if (_passwords is not null)
        {
            throw new InvalidOperationException("There is a password provider already: UsePasswordProvider and UseIamAuthentication are called once.");
        }

        (_passwords, _services) = (setup, services);
        return this;
    }

    /// <summary>Replaces the built-in retry, circuit breaker or hedging by pipelines of Polly's own builder.</summary>
    /// <param name="configure">Sets what is to be replaced.</param>
    /// <returns>This builder.</returns>
    public ResilientDataSourceBuilder ConfigureResilience(Action<ResilienceStrategies> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_strategies);
        return this;
    }

    /// <summary>Where logs go; nowhere by default.</summary>
    /// <param name="loggers">The factory, handed to Npgsql too.</param>
    /// <returns>This builder.</returns>
    public ResilientDataSourceBuilder UseLoggerFactory(ILoggerFactory? loggers)
    {
        _loggers = loggers;
        return this;
    }

    /// <summary>The clock for everything that waits or measures; the system's by default.</summary>
    /// <param name="time">The provider.</param>
    /// <returns>This builder.</returns>
    public ResilientDataSourceBuilder UseTimeProvider(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        return this;
    }

    /// <summary>Builds the data source. Nothing is opened until its first call.</summary>
    /// <returns>The data source; dispose it at the application's end.</returns>
    /// <exception cref="OptionsValidationException">The options are not valid; every failure is listed.</exception>
    public ResilientDataSource Build()
    {
        var settings = OptionsCheck.Freeze(Name, Options, _passwords?.Rules);
        if (_provider is IListsServers && settings.Pooler.IsPgpool)
        {
            throw new OptionsValidationException(Name, typeof(ResilientPostgresOptions), [ClusterFailures.Named($"Pooler is {Options.Pooler} and {_provider.Name} lists the endpoints: it lists servers, which would be taken for pgpools. Remove one of the two, or name the servers in Backends.", Name, Options)]);
        }

        var logger = _loggers?.CreateLogger("ResilientPostgres") ?? NullLogger.Instance;
        var random = new RandomSource((ulong)_time.GetTimestamp());
        Cluster? made = null;
        void describe(Activity span, string text) => made?.Statements.Describe(span, text);
        var cluster = made = new Cluster(Name, settings, (current, clock) => MakePorts(current, clock, logger, describe), new MonotonicClock(_time), random, _strategies, logger);
        return new ResilientDataSource(cluster.Assemble());
    }

    /// <summary>For tests: act as if the loaded Npgsql allowed no hard abort.</summary>
    internal bool IsHardAbortOff { get; set; }

    ClusterPorts MakePorts(Func<ResilientSettings> settings, MonotonicClock clock, ILogger logger, Action<Activity, string> describe)
    {
        var missing = IsHardAbortOff ? "switched off" : NpgsqlInternals.SelfTest();
        if (missing is not null)
        {
            logger.HardAbortUnavailable(missing);
        }

        var control = new SessionControl(canAbort: missing is null);
        var sources = new EndpointSources(Name, settings, _configure, _loggers, describe, MakePasswords(clock, logger));
        if (_passwords is not null && settings().Endpoints is [var first, ..])
        {
            sources.Try(first);
        }

        return new ClusterPorts(
            new EndpointProbe(sources, control),
            new EndpointPools(sources, _time),
            control,
            new CommitControl(canKnowSession: missing is null, () => settings().Pooler),
            new TokenControl(_time),
            new CatalogReader(),
            new PositionControl(),
            new AdministrationControl(sources),
            _provider);
    }

    PasswordBook? MakePasswords(MonotonicClock clock, ILogger logger) => _passwords is not { } setup
        ? null
        : new PasswordBook(new PasswordSupply(setup.Create(_services, _time), setup.Options, clock, logger));
}
