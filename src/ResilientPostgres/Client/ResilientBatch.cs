using System.Data;
using System.Data.Common;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Client;
using ResilientPostgres.Faults;

namespace ResilientPostgres;

/// <summary>
/// Several statements in one round trip, with Npgsql's own batch commands and readers. With a connection they run on its session; without one
/// they take a session on the primary for their execution, and are one transaction.
/// </summary>
public sealed class ResilientBatch : DbBatch
{
    readonly ResilientDataSource _dataSource;
    readonly NpgsqlBatch _inner = new();
    ResilientConnection? _connection;
    ResilientTransaction? _transaction;

    internal ResilientBatch(ResilientDataSource dataSource) => _dataSource = dataSource;

    /// <summary>Npgsql's own commands.</summary>
    public new NpgsqlBatchCommandCollection BatchCommands => _inner.BatchCommands;

    /// <inheritdoc/>
    public override int Timeout { get => _inner.Timeout; set => _inner.Timeout = value; }

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
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => _connection is null
        ? RunAsync(static (b, token) => b.ExecuteNonQueryAsync(token), keepsSession: false, cancellationToken)
        : DrainAsync(cancellationToken);

    /// <inheritdoc/>
    public override object? ExecuteScalar() => Blocking.Wait(() => ExecuteScalarAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => _connection is null
        ? RunAsync(static (b, token) => b.ExecuteScalarAsync(token), keepsSession: false, cancellationToken)
        : FirstValueAsync(cancellationToken);

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        Blocking.Wait(() => ExecuteDbDataReaderAsync(behavior, CancellationToken.None));

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) => _connection is null
        ? await RunAsync((b, token) => b.ExecuteReaderAsync(behavior | CommandBehavior.CloseConnection, token), keepsSession: true, cancellationToken).ConfigureAwait(false)
        : _connection.CloseWith(await ReadBoundAsync(behavior, cancellationToken).ConfigureAwait(false), behavior);

    /// <inheritdoc/>
    public override void Cancel() => _inner.Cancel();

    /// <summary>Prepares the statements on the open connection's session; without a connection there is nothing to prepare on.</summary>
    public override void Prepare() => Blocking.Wait(() => PrepareAsync(CancellationToken.None));

    /// <inheritdoc cref="Prepare"/>
    public override Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        if (_connection is null)
        {
            return Task.CompletedTask;
        }

        _inner.Connection = _connection.Held.Connection;
        return _inner.PrepareAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override DbBatchCommand CreateDbBatchCommand() => new NpgsqlBatchCommand();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _inner.Dispose();
        base.Dispose();
    }

    async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        var reader = await ReadBoundAsync(CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
                // Errors of later statements come up here.
            }

            return reader.RecordsAffected;
        }
    }

    async Task<object?> FirstValueAsync(CancellationToken cancellationToken)
    {
        var reader = await ReadBoundAsync(CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var value = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && reader.FieldCount > 0 ? reader.GetValue(0) : null;
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
                // As above.
            }

            return value;
        }
    }

    Task<NpgsqlDataReader> ReadBoundAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        _inner.Connection = _connection!.Held.Connection;
        _inner.Transaction = _transaction?.Inner;
        return BoundExecution.ReadAsync(_connection, _inner, behavior, cancellationToken);
    }

    Task<T> RunAsync<T>(Func<NpgsqlBatch, CancellationToken, Task<T>> execute, bool keepsSession, CancellationToken cancellationToken)
    {
        _dataSource.Cluster.EnsureStarted();
        var routing = _dataSource.Router.Request(ReadPreference.Primary, isRead: false);
        var kind = BoundExecution.IsAtomic(_inner) ? WorkKind.Statement : WorkKind.Delegate;
        return _dataSource.UnitOfWork.RunAsync(
            (session, token) =>
            {
                _inner.Connection = session;
                return execute(_inner, token);
            },
            new WorkRequest(routing, OperationSafety.NonIdempotent, kind, keepsSession),
            cancellationToken);
    }
}
