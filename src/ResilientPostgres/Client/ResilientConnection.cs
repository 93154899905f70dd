using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using ResilientPostgres.Calls;
using ResilientPostgres.Commits;
using ResilientPostgres.Sessions;

namespace ResilientPostgres;

/// <summary>
/// A connection to the cluster for existing ADO.NET code. Open, it holds one session on the primary, with all the state a session
/// has; its readers and parameters are Npgsql's own. A session that dies under it leaves it closed; opened again, it has a new one.
/// </summary>
public class ResilientConnection : DbConnection
{
    readonly ResilientDataSource _dataSource;
    HeldSession? _held;
    ResilientTransaction? _transaction;

    private protected ResilientConnection(ResilientDataSource dataSource, HeldSession? held = null)
    {
        _dataSource = dataSource;
        _held = held;
    }

    /// <summary>The data source's, without the password. It can't be changed.</summary>
    [AllowNull]
    public override string ConnectionString
    {
        get => _dataSource.ConnectionString;
        set
        {
            if (value != _dataSource.ConnectionString)
            {
                throw new NotSupportedException("The connection belongs to its ResilientDataSource; make another data source for another connection string.");
            }
        }
    }

    /// <summary>The database of the open session; empty while closed.</summary>
    public override string Database => _held?.Connection.Database ?? "";

    /// <summary>The server of the open session as <c>host:port</c>; empty while closed.</summary>
    public override string DataSource => _held?.Endpoint.Name ?? "";

    /// <inheritdoc/>
    public override string ServerVersion => Held.Connection.ServerVersion;

    /// <inheritdoc/>
    public override ConnectionState State => _held is { IsGivenUp: false } held ? held.Connection.State : ConnectionState.Closed;

    /// <summary>Npgsql's own connection under it, for what only that can do. It stays this connection's.</summary>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    public Npgsql.NpgsqlConnection Session
    {
        get
        {
            if (Current is { } transaction)
            {
                transaction.Capture.IsRawUsed = true;
            }

            return Held.Connection;
        }
    }

    internal HeldSession Held => _held is { IsGivenUp: false } held ? held : throw new InvalidOperationException("The connection is not open; call Open first.");

    /// <summary>The transaction under way, if it was begun here.</summary>
    internal ResilientTransaction? Current => _transaction is { IsOver: false } current ? current : null;

    internal ResilientDataSource Owner => _dataSource;

    /// <inheritdoc/>
    public override void Open()
    {
        var opening = OpenAsync(CancellationToken.None);
        if (opening.IsCompleted)
        {
            opening.GetAwaiter().GetResult(); // An idle session was at hand: nothing to wait for.
        }
        else
        {
            Blocking.Wait(() => opening);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NoSuitableEndpointException">There was no primary within the total timeout.</exception>
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (State != ConnectionState.Closed)
        {
            throw new InvalidOperationException("The connection is already open.");
        }

        // A session that died under it counts as closed, as it does for Npgsql; the next one may be on another server.
        await CloseAsync().ConfigureAwait(false);
        _held = new HeldSession(_dataSource.Cluster, await _dataSource.AcquirePrimaryAsync(cancellationToken).ConfigureAwait(false));
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (Interlocked.Exchange(ref _held, null) is { } held)
        {
            held.Release();
            OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
        }
    }

    /// <inheritdoc/>
    public override async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _held, null) is { } held)
        {
            await held.ReleaseAsync().ConfigureAwait(false);
            OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
        }
    }

    /// <summary>Not supported: every session belongs to the database of the connection string.</summary>
    /// <param name="databaseName">Ignored.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void ChangeDatabase(string databaseName) =>
        throw new NotSupportedException("A ResilientDataSource serves one database; make another data source for another one.");

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        Blocking.Wait(() => BeginDbTransactionAsync(isolationLevel, CancellationToken.None).AsTask());

    /// <inheritdoc/>
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        await BeginAsync(isolationLevel, cancellationToken).ConfigureAwait(false);

    async Task<ResilientTransaction> BeginAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        var isWanted = await _dataSource.Cluster.CommitCapability.CanProveAsync(Held.Session, cancellationToken).ConfigureAwait(false);
        var inner = await Held.Connection.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false);
        return _transaction = new ResilientTransaction(this, inner, new TransactionCapture(isWanted, character: null), isManaged: false);
    }

    /// <summary>Begins a transaction that is committed by its owner.</summary>
    internal async Task<ResilientTransaction> BeginManagedAsync(IsolationLevel isolationLevel, TransactionCapture capture, CancellationToken cancellationToken)
    {
        var inner = await Held.Connection.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false);
        return _transaction = new ResilientTransaction(this, inner, capture, isManaged: true);
    }

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => new ResilientCommand(_dataSource, this);

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => new ResilientBatch(_dataSource) { Connection = this };

    /// <inheritdoc/>
    public override DataTable GetSchema() => Held.Connection.GetSchema();

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName) => Held.Connection.GetSchema(collectionName);

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName, string?[] restrictionValues) => Held.Connection.GetSchema(collectionName, restrictionValues);

    /// <inheritdoc/>
    public override void EnlistTransaction(System.Transactions.Transaction? transaction) => Held.Connection.EnlistTransaction(transaction);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>With <see cref="CommandBehavior.CloseConnection"/> the reader closes the session; this connection is closed with it.</summary>
    internal Npgsql.NpgsqlDataReader CloseWith(Npgsql.NpgsqlDataReader reader, CommandBehavior behavior)
    {
        if (behavior.HasFlag(CommandBehavior.CloseConnection))
        {
            reader.ReaderClosed += (_, _) => Close();
        }

        return reader;
    }
}
