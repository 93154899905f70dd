using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Client;
using ResilientPostgres.Faults;
using ResilientPostgres.Sessions;

namespace ResilientPostgres;

/// <summary>
/// A command with Npgsql's own parameters and readers. With a connection it runs on that connection's session; without one, made
/// by <see cref="ResilientDataSource.CreateCommand"/>, it takes a session on the primary for its execution, and is repeated where that is safe.
/// </summary>
public sealed class ResilientCommand : DbCommand
{
    readonly ResilientDataSource _dataSource;
    readonly NpgsqlCommand _inner = new();
    ResilientConnection? _connection;
    ResilientTransaction? _transaction;

    internal ResilientCommand(ResilientDataSource dataSource, ResilientConnection? connection)
    {
        _dataSource = dataSource;
        _connection = connection;
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText { get => _inner.CommandText; set => _inner.CommandText = value; }

    /// <inheritdoc/>
    public override int CommandTimeout { get => _inner.CommandTimeout; set => _inner.CommandTimeout = value; }

    /// <inheritdoc/>
    public override CommandType CommandType { get => _inner.CommandType; set => _inner.CommandType = value; }

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get => _inner.UpdatedRowSource; set => _inner.UpdatedRowSource = value; }

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
    public override int ExecuteNonQuery() =>
        _connection is null || IsFirst ? Blocking.Wait(() => ExecuteNonQueryAsync(CancellationToken.None)) : ExecuteBound(static c => c.ExecuteNonQuery());

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) =>
        IsGuarded ? GuardedAsync(static (c, token) => c.ExecuteNonQueryAsync(token), cancellationToken)
            : _connection is null
            ? RunAsync(static (c, token) => c.ExecuteNonQueryAsync(token), keepsSession: false, cancellationToken)
            : IsFirst ? DrainFirstAsync(cancellationToken)
            : ExecuteBoundAsync(static (c, token) => c.ExecuteNonQueryAsync(token), cancellationToken);

    /// <inheritdoc/>
    public override object? ExecuteScalar() =>
        _connection is null || IsFirst ? Blocking.Wait(() => ExecuteScalarAsync(CancellationToken.None)) : ExecuteBound(static c => c.ExecuteScalar());

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) =>
        IsGuarded ? GuardedAsync(static (c, token) => c.ExecuteScalarAsync(token), cancellationToken)
            : _connection is null
            ? RunAsync(static (c, token) => c.ExecuteScalarAsync(token), keepsSession: false, cancellationToken)
            : IsFirst ? FirstValueAsync(cancellationToken)
            : ExecuteBoundAsync(static (c, token) => c.ExecuteScalarAsync(token), cancellationToken);

    /// <summary>Executes the command; the reader is Npgsql's own.</summary>
    /// <param name="behavior">As for Npgsql.</param>
    /// <returns>The reader; disposing it gives the session back.</returns>
    public new NpgsqlDataReader ExecuteReader(CommandBehavior behavior = CommandBehavior.Default) =>
        (NpgsqlDataReader)ExecuteDbDataReader(behavior);

    /// <summary>Executes the command; the reader is Npgsql's own.</summary>
    /// <param name="cancellationToken">As for Npgsql.</param>
    /// <returns>The reader; disposing it gives the session back.</returns>
    public new async Task<NpgsqlDataReader> ExecuteReaderAsync(CancellationToken cancellationToken = default) =>
        (NpgsqlDataReader)await ExecuteDbDataReaderAsync(CommandBehavior.Default, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        _connection is null || IsFirst
            ? Blocking.Wait(() => ExecuteDbDataReaderAsync(behavior, CancellationToken.None))
            : _connection.CloseWith(ExecuteBound(c => c.ExecuteReader(behavior)), behavior);

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        _connection is null
            ? await RunAsync((c, token) => c.ExecuteReaderAsync(behavior | CommandBehavior.CloseConnection, token), keepsSession: true, cancellationToken).ConfigureAwait(false)
            : _connection.CloseWith(await ReadBoundAsync(behavior, cancellationToken).ConfigureAwait(false), behavior);

    /// <inheritdoc/>
    public override void Cancel() => _inner.Cancel();

    /// <summary>Prepares the statement on the open connection's session; without a connection there is nothing to prepare on.</summary>
    public override void Prepare()
    {
        if (_connection is not null)
        {
            Bound().Prepare();
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

    NpgsqlCommand Bound()
    {
        _inner.Connection = _connection!.Held.Connection;
        _inner.Transaction = _transaction?.Inner;
        return _inner;
    }

    T ExecuteBound<T>(Func<NpgsqlCommand, T> execute) => _connection!.Held.Execute(Bound(), _connection.Current?.Capture, execute);

    Task<T> ExecuteBoundAsync<T>(Func<NpgsqlCommand, CancellationToken, Task<T>> execute, CancellationToken cancellationToken) =>
        _connection!.Held.ExecuteAsync(CommandText, CommandTimeout, _connection.Current?.Capture, token => execute(Bound(), token), cancellationToken);

    /// <summary>A write of its own that is to be put into a transaction, so that its outcome can be found out.</summary>
    bool IsGuarded => _connection is null
        && _dataSource.Cluster.Settings is { Commits.AutocommitGuard: true, Mode: not RoutingMode.PassThrough }
        && !PlainSelect.Is(CommandText);

    async Task<T> GuardedAsync<T>(Func<ResilientCommand, CancellationToken, Task<T>> execute, CancellationToken cancellationToken)
    {
        var result = await _dataSource.TransactAsync(
            async (transaction, token) =>
            {
                var command = transaction.CreateCommand(CommandText);
                await using (command.ConfigureAwait(false))
                {
                    command.CommandType = CommandType;
                    command.CommandTimeout = CommandTimeout;
                    foreach (NpgsqlParameter parameter in Parameters)
                    {
                        command.Parameters.Add(parameter.Clone());
                    }

                    return await execute(command, token).ConfigureAwait(false);
                }
            },
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return result.Value;
    }

    /// <summary>The noting of a transaction's proof has to go before it.</summary>
    bool IsFirst => _connection is not null && BoundExecution.IsFirst(_connection, _inner);

    Task<NpgsqlDataReader> ReadBoundAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        BoundExecution.ReadAsync(_connection!, Bound(), behavior, cancellationToken);

    async Task<int> DrainFirstAsync(CancellationToken cancellationToken)
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
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && reader.FieldCount > 0 ? reader.GetValue(0) : null;
        }
    }

    Task<T> RunAsync<T>(Func<NpgsqlCommand, CancellationToken, Task<T>> execute, bool keepsSession, CancellationToken cancellationToken)
    {
        _dataSource.Cluster.EnsureStarted();
        var routing = _dataSource.Router.Request(ReadPreference.Primary, isRead: false);
        var request = new WorkRequest(routing, OperationSafety.NonIdempotent, AtomicText.IsAtomic(CommandText) ? WorkKind.Statement : WorkKind.Delegate, keepsSession);
        return _dataSource.UnitOfWork.RunAsync(
            (session, token) =>
            {
                _inner.Connection = session;
                return execute(_inner, token);
            },
            request,
            cancellationToken);
    }
}
