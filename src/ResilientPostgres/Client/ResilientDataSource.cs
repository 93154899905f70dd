using System.Data.Common;
using Microsoft.Extensions.Options;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Client;
using ResilientPostgres.Commands;
using ResilientPostgres.Routing;
using ResilientPostgres.Settings;

namespace ResilientPostgres;

/// <summary>
/// A PostgreSQL cluster as one data source: writes go to the current primary, reads to standbys that are fresh enough, and calls
/// follow a failover. Made by <c>AddResilientPostgres</c> or a <see cref="ResilientDataSourceBuilder"/>; thread-safe; one for the
/// life of the application. Watching begins with the first call.
/// </summary>
public sealed partial class ResilientDataSource : DbDataSource
{
    readonly Cluster _cluster;
    readonly Router _router;
    readonly UnitOfWork _unitOfWork;
    readonly TransactionRunner _transactions;

    internal ResilientDataSource(Cluster cluster)
    {
        _cluster = cluster;
        _router = new Router(cluster);
        _unitOfWork = new UnitOfWork(cluster, _router);
        Runner = new StatementRunner(cluster, _router, _unitOfWork);
        _transactions = new TransactionRunner(this, cluster, _router, _unitOfWork);
        Topology = new ResilientTopology(cluster);
        ConnectionString = Redact(cluster.Settings);
        Database = new NpgsqlConnectionStringBuilder(cluster.Settings.ConnectionString) is { Database: { Length: > 0 } database } ? database
            : new NpgsqlConnectionStringBuilder(cluster.Settings.ConnectionString).Username ?? "";
    }

    /// <summary>The cluster as last seen, and what happens to it.</summary>
    public ResilientTopology Topology { get; }

    /// <summary>The connection string with all hosts, without the password.</summary>
    public override string ConnectionString { get; }

    /// <summary>How much of the library acts now.</summary>
    public RoutingMode Mode => _cluster.Settings.Mode;

    internal Cluster Cluster => _cluster;

    /// <summary>As PostgreSQL has it: without a name, the one of the user.</summary>
    internal string Database { get; }

    internal UnitOfWork UnitOfWork => _unitOfWork;

    internal Router Router => _router;

    internal StatementRunner Runner { get; }

    /// <summary>Where a call with this preference would go now, and why each other endpoint would not do.</summary>
    /// <param name="preference">The preference; the default of the options if not given.</param>
    /// <returns>The decision.</returns>
    public RoutingDecision Explain(ReadPreference? preference = null)
    {
        _cluster.EnsureStarted();
        return _router.Explain(_router.Request(preference, isRead: true));
    }

    /// <summary>Where a statement would run now if it came by a command of its own, and why.</summary>
    /// <param name="sql">The statement's text.</param>
    /// <returns>What its text proves, and where that leads.</returns>
    public StatementRouting ExplainRouting(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        _cluster.EnsureStarted();
        var verdict = _cluster.Statements.Judge(sql);
        return new StatementRouting(verdict, _router.Explain(_cluster.Statements.Route(verdict, null, null)));
    }

    /// <summary>
    /// Replaces the settings while running: mode, limits, time-outs, endpoints and their weights. Without a host this is what
    /// a reload of the configuration does with one. The rest of the connection string stays as it was at start.
    /// </summary>
    /// <param name="options">The new options, whole.</param>
    /// <exception cref="OptionsValidationException">They are not valid; the running settings stay.</exception>
    public void Reconfigure(ResilientPostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _cluster.Apply(OptionsCheck.Freeze(_cluster.Name, options));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Blocking.Wait(() => _cluster.DisposeAsync().AsTask());
        }
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeAsyncCore() => _cluster.DisposeAsync();

    static string Redact(ResilientSettings settings)
    {
        var builder = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Host = string.Join(',', settings.Endpoints.Select(static e => e.Name)),
            Password = null,
            SslPassword = null,
        };
        return builder.ConnectionString;
    }
}
