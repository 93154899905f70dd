using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Client;
using ResilientPostgres.Statements;

namespace ResilientPostgres;

/// <summary>
/// A command with Npgsql's own parameters and readers. Outside a transaction a statement that provably only reads runs on a standby, on a session
/// of its own, and is repeated where that helps; all else runs on the primary: on the connection's session, or, of a command made by
/// <see cref="ResilientDataSource.CreateCommand"/>, on one for its execution alone.
/// </summary>
public sealed partial class ResilientCommand : DbCommand
{
    readonly ResilientDataSource _dataSource;
    readonly NpgsqlCommand _inner = new();
    ResilientConnection? _connection;
    ResilientTransaction? _transaction;
    RoutingWish _wish = RoutingWish.None;

    /// <summary>Its text, while a comment of ours stands before it.</summary>
    string? _unmarked;

    internal ResilientCommand(ResilientDataSource dataSource, ResilientConnection? connection)
    {
        _dataSource = dataSource;
        _connection = connection;
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText { get => _unmarked ?? _inner.CommandText; set => (_inner.CommandText, _unmarked) = (value, null); }

    /// <inheritdoc/>
    public override int CommandTimeout { get => _inner.CommandTimeout; set => _inner.CommandTimeout = value; }

    /// <inheritdoc/>
    public override CommandType CommandType { get => _inner.CommandType; set => _inner.CommandType = value; }

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get => _inner.UpdatedRowSource; set => _inner.UpdatedRowSource = value; }

    /// <summary>
    /// Where it may run, if its caller knows better than its text tells: <see cref="ReadPreference.Primary"/>, or by any other one that it only reads. A text that
    /// says itself that it writes (INSERT, UPDATE, DDL …) stays a write. In a transaction it runs in the transaction.
    /// </summary>
    /// <value>The default is what its text and the options say.</value>
    public ReadPreference? ReadPreference { get => _wish.Preference; set => _wish = _wish with { Preference = value }; }

    /// <summary>How far a standby that reads for it may be behind.</summary>
    /// <value>The default is what its text and the options say.</value>
    public TimeSpan? MaxReplicationLag { get => _wish.MaxLag; set => _wish = _wish with { MaxLag = LagLimit.Checked(value) }; }

    /// <summary>A position that it must see, where it only reads. It counts beside what the options and scopes say.</summary>
    /// <value>The default is none.</value>
    public ConsistencyToken? ConsistencyToken { get => _wish.Token; set => _wish = _wish with { Token = value }; }

    /// <summary>Npgsql's own parameters.</summary>
    public new NpgsqlParameterCollection Parameters => _inner.Parameters;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = value is null or ResilientConnection
            ? (ResilientConnection?)value
            : throw new ArgumentException($"A ResilientCommand runs on a ResilientConnection, not on a {value.GetType().FullName}.", nameof(value));
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => _inner.Parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => _transaction;
        set => _transaction = value is null or ResilientTransaction
            ? (ResilientTransaction?)value
            : throw new ArgumentException($"A ResilientCommand takes a ResilientTransaction, not a {value.GetType().FullName}.", nameof(value));
    }

    /// <inheritdoc/>
    public override void Cancel() => _inner.Cancel();

    /// <summary>
    /// Prepares the statement on the connection's session. A statement that runs on sessions of its own is prepared there by itself once it was used a few times,
    /// and behind a PgBouncer in transaction mode none is unless <see cref="StatementRoutingOptions.PreparedStatements"/> says so.
    /// </summary>
    public override void Prepare()
    {
        if (_connection is not null && _dataSource.Cluster.Settings.CanPrepare && !_connection.IsRouted(Verdict, Route(Verdict), out _))
        {
            Bound(_connection.HoldNow()).Prepare();
        }
    }

    /// <inheritdoc cref="Prepare"/>
    public override async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        if (_connection is not null && _dataSource.Cluster.Settings.CanPrepare && !_connection.IsRouted(Verdict, Route(Verdict), out _))
        {
            var held = await _connection.HoldAsync(cancellationToken).ConfigureAwait(false);
            await held.ExecuteAsync(Verdict, CommandTimeout, _connection.Current?.Capture, PrepareBoundAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => new NpgsqlParameter();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>What its text proves.</summary>
    internal StatementVerdict Verdict => CommandType == CommandType.Text ? _dataSource.Cluster.Statements.Judge(CommandText) : StatementRouter.Procedure;

    Routing.RoutingRequest Route(StatementVerdict verdict)
    {
        var request = _dataSource.Cluster.Statements.Route(verdict, _wish.Preference, _wish.MaxLag);
        return request.IsRead ? _dataSource.Cluster.Freshness.Require(request, _wish.Token, _connection?.Writes) : request;
    }

    /// <summary>What a pooler asks of it.</summary>
    void GoThroughPooler(StatementVerdict verdict, in Routing.RoutingRequest routing, bool isRouted)
    {
        var settings = _dataSource.Cluster.Settings;
        PoolerLimits.Admit(settings, verdict, _connection?.IsInTransaction == true);
        var text = CommandText;
        var isMarked = CommandType == CommandType.Text && PoolerLimits.IsForPrimary(settings, verdict, routing, isRouted);
        if (isMarked && PoolerLimits.Marked(verdict, text) is { } marked)
        {
            (_inner.CommandText, _unmarked) = (marked, text);
        }
        else if (_unmarked is not null)
        {
            (_inner.CommandText, _unmarked) = (text, null);
        }
    }

    NpgsqlCommand Bound(HeldSession held)
    {
        _inner.Connection = held.Connection;
        _inner.Transaction = _transaction?.Inner;
        return _inner;
    }

    async Task<bool> PrepareBoundAsync(CancellationToken cancellationToken)
    {
        await Bound(_connection!.Held).PrepareAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }
}
