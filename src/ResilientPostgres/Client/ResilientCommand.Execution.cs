using System.Data;
using System.Data.Common;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Client;
using ResilientPostgres.Commands;
using ResilientPostgres.Routing;

namespace ResilientPostgres;

public sealed partial class ResilientCommand
{
    /// <inheritdoc/>
    public override int ExecuteNonQuery() => IsRouted(out var verdict, out var routing)
        ? verdict.IsDefinition || IsGuarded(verdict, routing)
            ? RoutedNonQuery(verdict, routing)
            : Run(verdict, routing, Executions.NonQuery)
        : Execute(verdict, static c => c.ExecuteNonQuery(), static (c, v) => c.HeldNonQueryAsync(v, CancellationToken.None));

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) => IsRouted(out var verdict, out var routing)
        ? RoutedNonQueryAsync(verdict, routing, cancellationToken)
        : HeldNonQueryAsync(verdict, cancellationToken);

    /// <inheritdoc/>
    public override object? ExecuteScalar() => IsRouted(out var verdict, out var routing)
        ? IsGuarded(verdict, routing)
            ? Blocking.Wait(() => GuardedAsync(static (c, token) => c.ExecuteScalarAsync(token), CancellationToken.None))
            : Run(verdict, routing, Executions.Scalar)
        : Execute(verdict, static c => c.ExecuteScalar(), static (c, v) => c.HeldScalarAsync(v, CancellationToken.None));

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) => IsRouted(out var verdict, out var routing)
        ? RoutedScalarAsync(verdict, routing, cancellationToken)
        : HeldScalarAsync(verdict, cancellationToken);

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
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => IsRouted(out var verdict, out var routing)
        ? RoutedReader(verdict, routing, behavior)
        : IsFirst(verdict) ? FirstReader(verdict, behavior)
        : HeldReader(verdict, behavior);

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        if (!IsRouted(out var verdict, out var routing))
        {
            return await HeldReaderAsync(verdict, behavior, cancellationToken).ConfigureAwait(false);
        }

        var reader = await RunAsync(verdict, routing, Executions.Reader(behavior), cancellationToken).ConfigureAwait(false);
        return _connection is null ? reader : _connection.Lend(reader, verdict, behavior, isWatched: true);
    }

    /// <summary>Whether it takes a session of its own.</summary>
    bool IsRouted(out StatementVerdict verdict, out RoutingRequest routing)
    {
        verdict = Verdict;
        routing = Route(verdict);
        var isRouted = _connection is null || _connection.IsRouted(verdict, routing, out routing);
        if (_dataSource.Cluster.Settings.Pooler.IsAny)
        {
            GoThroughPooler(verdict, routing, isRouted);
        }

        return isRouted;
    }

    Task<T> RunAsync<T>(StatementVerdict verdict, RoutingRequest routing, Execution<T> execution, CancellationToken cancellationToken)
    {
        _dataSource.Cluster.EnsureStarted();
        return _dataSource.Runner.RunAsync(_inner, execution, Request(verdict, routing, execution.IsReader), cancellationToken);
    }

    T Run<T>(StatementVerdict verdict, in RoutingRequest routing, Execution<T> execution)
    {
        _dataSource.Cluster.EnsureStarted();
        return _dataSource.Runner.Run(_inner, execution, Request(verdict, routing, execution.IsReader));
    }

    WorkRequest Request(StatementVerdict verdict, in RoutingRequest routing, bool isReader) =>
        StatementRouter.Request(verdict, routing, isReader, CommandText, CommandTimeout, isReader ? _connection : null);

    Task<int> RoutedNonQueryAsync(StatementVerdict verdict, in RoutingRequest routing, CancellationToken cancellationToken) => verdict.IsDefinition
        ? DefineAsync(verdict, routing, cancellationToken)
        : IsGuarded(verdict, routing) ? GuardedAsync(static (c, token) => c.ExecuteNonQueryAsync(token), cancellationToken)
        : RunAsync(verdict, routing, Executions.NonQuery, cancellationToken);

    int RoutedNonQuery(StatementVerdict verdict, RoutingRequest routing) => Blocking.Wait(() => RoutedNonQueryAsync(verdict, routing, CancellationToken.None));

    /// <summary>Functions or views may be other ones afterwards.</summary>
    async Task<int> DefineAsync(StatementVerdict verdict, RoutingRequest routing, CancellationToken cancellationToken)
    {
        var running = IsGuarded(verdict, routing)
            ? GuardedAsync(static (c, token) => c.ExecuteNonQueryAsync(token), cancellationToken)
            : RunAsync(verdict, routing, Executions.NonQuery, cancellationToken);
        var affected = await running.ConfigureAwait(false);
        _dataSource.Cluster.Statements.ReadAgain();
        return affected;
    }

    Task<object?> RoutedScalarAsync(StatementVerdict verdict, in RoutingRequest routing, CancellationToken cancellationToken) => IsGuarded(verdict, routing)
        ? GuardedAsync(static (c, token) => c.ExecuteScalarAsync(token), cancellationToken)
        : RunAsync(verdict, routing, Executions.Scalar, cancellationToken);

    // What captures its parameters stands in methods of its own: the other ways must not pay for a closure.
    NpgsqlDataReader RoutedReader(StatementVerdict verdict, in RoutingRequest routing, CommandBehavior behavior)
    {
        var reader = Run(verdict, routing, Executions.Reader(behavior));
        return _connection is null ? reader : _connection.Lend(reader, verdict, behavior, isWatched: true);
    }

    NpgsqlDataReader FirstReader(StatementVerdict verdict, CommandBehavior behavior) => Blocking.Wait(() => HeldReaderAsync(verdict, behavior, CancellationToken.None));

    NpgsqlDataReader HeldReader(StatementVerdict verdict, CommandBehavior behavior) =>
        _connection!.Lend(Execute(verdict, c => c.ExecuteReader(behavior), null), verdict, behavior);

    /// <summary>A write of its own that is to be put into a transaction, so that its outcome can be found out.</summary>
    bool IsGuarded(StatementVerdict verdict, in RoutingRequest routing) => _connection is null
        && !routing.IsRead
        && verdict is { Kind: not StatementKind.Transaction, IsAtomic: true }
        && System.Transactions.Transaction.Current is null
        && _dataSource.Cluster.Settings is { Commits.AutocommitGuard: true, Mode: not RoutingMode.PassThrough };

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
                    ParameterLoan.Lend(Parameters, command.Parameters);
                    try
                    {
                        return await execute(command, token).ConfigureAwait(false);
                    }
                    finally
                    {
                        ParameterLoan.Lend(command.Parameters, Parameters);
                    }
                }
            },
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return result.Value;
    }

    /// <summary>On the connection's session, without a thread of its own but for the first statement of a transaction.</summary>
    T Execute<T>(StatementVerdict verdict, Func<NpgsqlCommand, T> execute, Func<ResilientCommand, StatementVerdict, Task<T>>? first)
    {
        if (first is not null && IsFirst(verdict))
        {
            return First(first, verdict);
        }

        var held = _connection!.HoldNow();
        _connection.Before(verdict);
        var result = held.Execute(Bound(held), verdict, _connection.Current?.Capture, execute);
        _connection.After(verdict);
        return result;
    }

    T First<T>(Func<ResilientCommand, StatementVerdict, Task<T>> first, StatementVerdict verdict) => Blocking.Wait(() => first(this, verdict));

    /// <summary>The noting of a transaction's proof has to go before it.</summary>
    bool IsFirst(StatementVerdict verdict) => BoundExecution.IsFirst(_connection!.Current, verdict);

    async Task<int> HeldNonQueryAsync(StatementVerdict verdict, CancellationToken cancellationToken)
    {
        var held = await _connection!.HoldAsync(cancellationToken).ConfigureAwait(false);
        _connection.Before(verdict);
        var affected = IsFirst(verdict)
            ? await BoundExecution.DrainAsync(_connection, await ReadBoundAsync(verdict, CommandBehavior.Default, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)
            : await ExecuteBoundAsync(held, verdict, static (c, token) => c.ExecuteNonQueryAsync(token), cancellationToken).ConfigureAwait(false);
        _connection.After(verdict);
        return affected;
    }

    async Task<object?> HeldScalarAsync(StatementVerdict verdict, CancellationToken cancellationToken)
    {
        var held = await _connection!.HoldAsync(cancellationToken).ConfigureAwait(false);
        _connection.Before(verdict);
        var value = IsFirst(verdict)
            ? await BoundExecution.FirstValueAsync(_connection, await ReadBoundAsync(verdict, CommandBehavior.Default, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)
            : await ExecuteBoundAsync(held, verdict, static (c, token) => c.ExecuteScalarAsync(token), cancellationToken).ConfigureAwait(false);
        _connection.After(verdict);
        return value;
    }

    async Task<NpgsqlDataReader> HeldReaderAsync(StatementVerdict verdict, CommandBehavior behavior, CancellationToken cancellationToken)
    {
        await _connection!.HoldAsync(cancellationToken).ConfigureAwait(false);
        _connection.Before(verdict);
        return _connection.Lend(await ReadBoundAsync(verdict, behavior, cancellationToken).ConfigureAwait(false), verdict, behavior);
    }

    Task<T> ExecuteBoundAsync<T>(HeldSession held, StatementVerdict verdict, Func<NpgsqlCommand, CancellationToken, Task<T>> execute, CancellationToken cancellationToken) =>
        held.ExecuteAsync(verdict, CommandTimeout, _connection!.Current?.Capture, token => _dataSource.Cluster.Preparation.RunAsync(Bound(held), verdict.Use, held.Session.Pool, execute, token), cancellationToken);

    Task<NpgsqlDataReader> ReadBoundAsync(StatementVerdict verdict, CommandBehavior behavior, CancellationToken cancellationToken) =>
        BoundExecution.ReadAsync(_connection!, Bound(_connection!.Held), verdict, behavior, cancellationToken);
}
