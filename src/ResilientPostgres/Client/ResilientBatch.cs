using System.Data;
using System.Data.Common;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Client;
using ResilientPostgres.Routing;

namespace ResilientPostgres;

/// <summary>
/// Several statements in one round trip, with Npgsql's own batch commands and readers. If all of them provably only read they run on a standby, else on the
/// primary: on the connection's session, or on one for their execution alone, as one transaction.
/// </summary>
public sealed class ResilientBatch : DbBatch
{
    readonly ResilientDataSource _dataSource;
    readonly NpgsqlBatch _inner = new();
    ResilientConnection? _connection;
    ResilientTransaction? _transaction;

    /// <summary>Commands with a comment of ours before their text, and their text.</summary>
    List<(NpgsqlBatchCommand Command, string Text)>? _marked;

    internal ResilientBatch(ResilientDataSource dataSource) => _dataSource = dataSource;

    /// <summary>Npgsql's own commands.</summary>
    public new NpgsqlBatchCommandCollection BatchCommands => _inner.BatchCommands;

    /// <inheritdoc/>
    public override int Timeout { get => _inner.Timeout; set => _inner.Timeout = value; }

    /// <inheritdoc cref="ResilientCommand.ReadPreference"/>
    public ReadPreference? ReadPreference { get; set; }

    /// <inheritdoc cref="ResilientCommand.MaxReplicationLag"/>
    public TimeSpan? MaxReplicationLag { get; set => field = LagLimit.Checked(value); }

    /// <inheritdoc cref="ResilientCommand.ConsistencyToken"/>
    public ConsistencyToken? ConsistencyToken { get; set; }

    /// <inheritdoc/>
    protected override DbBatchCommandCollection DbBatchCommands => _inner.BatchCommands;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = value is null or ResilientConnection
            ? (ResilientConnection?)value
            : throw new ArgumentException($"A ResilientBatch runs on a ResilientConnection, not on a {value.GetType().FullName}.", nameof(value));
    }

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => _transaction;
        set => _transaction = value is null or ResilientTransaction
            ? (ResilientTransaction?)value
            : throw new ArgumentException($"A ResilientBatch takes a ResilientTransaction, not a {value.GetType().FullName}.", nameof(value));
    }

    /// <inheritdoc/>
    public override int ExecuteNonQuery() => Blocking.Wait(() => ExecuteNonQueryAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            if (IsRouted(out var verdict, out var routing))
            {
                return await RunAsync(verdict, routing, static (b, token) => b.ExecuteNonQueryAsync(token), keepsSession: false, cancellationToken).ConfigureAwait(false);
            }

            var reader = await ReadBoundAsync(verdict, CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
            var affected = await BoundExecution.DrainAsync(_connection!, reader, cancellationToken).ConfigureAwait(false);
            _connection!.After(verdict);
            return affected;
        }
        finally
        {
            Unmark();
        }
    }

    /// <inheritdoc/>
    public override object? ExecuteScalar() => Blocking.Wait(() => ExecuteScalarAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            if (IsRouted(out var verdict, out var routing))
            {
                return await RunAsync(verdict, routing, static (b, token) => b.ExecuteScalarAsync(token), keepsSession: false, cancellationToken).ConfigureAwait(false);
            }

            var reader = await ReadBoundAsync(verdict, CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
            var value = await BoundExecution.FirstValueAsync(_connection!, reader, cancellationToken).ConfigureAwait(false);
            _connection!.After(verdict);
            return value;
        }
        finally
        {
            Unmark();
        }
    }

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        Blocking.Wait(() => ExecuteDbDataReaderAsync(behavior, CancellationToken.None));

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        try
        {
            var isRouted = IsRouted(out var verdict, out var routing);
            var reader = isRouted
                ? await RunAsync(
                    verdict, routing, (b, token) => b.ExecuteReaderAsync(behavior | CommandBehavior.CloseConnection, token), keepsSession: true, cancellationToken).ConfigureAwait(false)
                : await ReadBoundAsync(verdict, behavior, cancellationToken).ConfigureAwait(false);
            return _connection is null ? reader : _connection.Lend(reader, verdict, behavior, isWatched: isRouted);
        }
        finally
        {
            Unmark();
        }
    }

    /// <inheritdoc/>
    public override void Cancel() => _inner.Cancel();

    /// <summary>Prepares the statements on the connection's session; without a connection there is nothing to prepare on.</summary>
    public override void Prepare() => Blocking.Wait(() => PrepareAsync(CancellationToken.None));

    /// <inheritdoc cref="Prepare"/>
    public override async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        if (_connection is not null && _dataSource.Cluster.Settings.CanPrepare && !IsRouted(out _, out _))
        {
            var held = await _connection.HoldAsync(cancellationToken).ConfigureAwait(false);
            _inner.Connection = held.Connection;
            await _inner.PrepareAsync(cancellationToken).ConfigureAwait(false);
            Unmark();
        }
    }

    /// <inheritdoc/>
    protected override DbBatchCommand CreateDbBatchCommand() => new NpgsqlBatchCommand();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _inner.Dispose();
        base.Dispose();
    }

    bool IsRouted(out StatementVerdict verdict, out RoutingRequest routing)
    {
        verdict = _dataSource.Cluster.Statements.Judge(_inner);
        routing = _dataSource.Cluster.Statements.Route(verdict, ReadPreference, MaxReplicationLag);
        routing = routing.IsRead ? _dataSource.Cluster.Freshness.Require(routing, ConsistencyToken, _connection?.Writes) : routing;
        var isRouted = _connection is null || _connection.IsRouted(verdict, routing, out routing);
        if (_dataSource.Cluster.Settings is { Pooler.IsAny: true } settings)
        {
            PoolerLimits.Admit(settings, verdict, _connection?.IsInTransaction == true);
            Mark(PoolerLimits.IsForPrimary(settings, verdict, routing, isRouted));
        }

        return isRouted;
    }

    /// <summary>pgpool decides by each command of a batch. They are the caller's: what was put before them is taken away when the batch has run.</summary>
    void Mark(bool isForPrimary)
    {
        Unmark();
        for (var i = 0; isForPrimary && i < _inner.BatchCommands.Count; i++)
        {
            var command = _inner.BatchCommands[i];
            if (command.CommandType == CommandType.Text && PoolerLimits.Marked(_dataSource.Cluster.Statements.Judge(command.CommandText), command.CommandText) is { } marked)
            {
                (_marked ??= []).Add((command, command.CommandText));
                command.CommandText = marked;
            }
        }
    }

    void Unmark()
    {
        foreach (var (command, text) in _marked ?? [])
        {
            command.CommandText = text;
        }

        _marked = null;
    }

    async Task<NpgsqlDataReader> ReadBoundAsync(StatementVerdict verdict, CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var held = await _connection!.HoldAsync(cancellationToken).ConfigureAwait(false);
        _connection.Before(verdict);
        _inner.Connection = held.Connection;
        _inner.Transaction = _transaction?.Inner;
        return await BoundExecution.ReadAsync(_connection, _inner, verdict, behavior, cancellationToken).ConfigureAwait(false);
    }

    Task<T> RunAsync<T>(
        StatementVerdict verdict, RoutingRequest routing, Func<NpgsqlBatch, CancellationToken, Task<T>> execute, bool keepsSession, CancellationToken cancellationToken)
    {
        _dataSource.Cluster.EnsureStarted();
        return _dataSource.UnitOfWork.RunAsync(
            (session, token) =>
            {
                _inner.Connection = session;
                return execute(_inner, token);
            },
            StatementRouter.Request(verdict, routing, keepsSession, text: null, Timeout, keepsSession ? _connection : null),
            cancellationToken);
    }
}
