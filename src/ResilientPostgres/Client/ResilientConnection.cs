using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using ResilientPostgres.Calls;
using ResilientPostgres.Commits;
using ResilientPostgres.Sessions;

namespace ResilientPostgres;

/// <summary>
/// A connection to the cluster for existing ADO.NET code; its readers and parameters are Npgsql's own. Open, it holds no session at first: a statement that
/// provably only reads runs on a standby, on a session of its own. Whatever else comes takes a session on the primary, with all the state a session has, which
/// stays with the connection until it is closed. A session that dies under it leaves it closed; opened again, it has a new one.
/// </summary>
public partial class ResilientConnection : DbConnection
{
    readonly ResilientDataSource _dataSource;
    HeldSession? _held;
    ResilientTransaction? _transaction;
    bool _isOpen;

    private protected ResilientConnection(ResilientDataSource dataSource, HeldSession? held = null)
    {
        _dataSource = dataSource;
        _held = held;
        _isOpen = held is not null;
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

    /// <summary>The database of all sessions.</summary>
    public override string Database => _held?.Connection.Database ?? _dataSource.Database;

    /// <summary>The server of the session it holds as <c>host:port</c>; empty while it holds none.</summary>
    public override string DataSource => _held?.Endpoint.Name ?? "";

    /// <summary>The version of the primary, which is asked for it if need be.</summary>
    public override string ServerVersion => HoldNow().Connection.ServerVersion;

    /// <inheritdoc/>
    public override ConnectionState State =>
        !_isOpen || HasEndedWithReader || _held is { IsGivenUp: true } ? ConnectionState.Closed : _held?.Connection.State ?? ConnectionState.Open;

    /// <summary>
    /// Npgsql's own connection under it, for what only that can do, on a session on the primary. It stays this connection's, and this connection stays on it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    /// <exception cref="NoSuitableEndpointException">There was no primary within the total timeout.</exception>
    public Npgsql.NpgsqlConnection Session
    {
        get
        {
            _isPinned = true;
            _isRawUsed = true;
            var session = HoldNow().Connection;
            if (Current is { } transaction)
            {
                transaction.Capture.IsRawUsed = true;
            }

            return session;
        }
    }

    internal HeldSession Held => _held is { IsGivenUp: false } held ? held : throw NotOpen();

    /// <summary>It has a session that nobody has given up.</summary>
    internal bool IsHolding => _held is { IsGivenUp: false };

    /// <summary>The transaction under way, if it was begun here.</summary>
    internal ResilientTransaction? Current => _transaction is { IsOver: false } current ? current : null;

    internal ResilientDataSource Owner => _dataSource;

    /// <inheritdoc/>
    public override void Open()
    {
        var opening = OpenAsync(CancellationToken.None);
        if (opening.IsCompleted)
        {
            opening.GetAwaiter().GetResult(); // Nothing to wait for, as nearly always.
        }
        else
        {
            Blocking.Wait(() => opening);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NoSuitableEndpointException">A session was needed at once, and there was no primary within the total timeout.</exception>
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (State != ConnectionState.Closed)
        {
            throw new InvalidOperationException("The connection is already open.");
        }

        // A session that died under it counts as closed, as it does for Npgsql; the next one may be on another server.
        await CloseAsync().ConfigureAwait(false);
        _dataSource.Cluster.EnsureStarted();
        cancellationToken.ThrowIfCancellationRequested();
        if (HoldsFromOpening())
        {
            _held = await AcquireAsync(cancellationToken).ConfigureAwait(false);
        }

        _isOpen = true;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (EndUse())
        {
            CloseReader();
            Interlocked.Exchange(ref _held, null)?.Release();
            OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
        }
    }

    void CloseReader()
    {
        if (IsReading)
        {
            _reader!.Dispose();
        }

        (_reader, _readerSession, _closesWithReader) = (null, null, false);
    }

    /// <inheritdoc/>
    public override async Task CloseAsync()
    {
        if (EndUse())
        {
            if (IsReading)
            {
                await _reader!.DisposeAsync().ConfigureAwait(false);
            }

            (_reader, _readerSession, _closesWithReader) = (null, null, false);

            if (Interlocked.Exchange(ref _held, null) is { } held)
            {
                await held.ReleaseAsync().ConfigureAwait(false);
            }

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
        Blocking.End(BeginDbTransactionAsync(isolationLevel, CancellationToken.None));

    /// <inheritdoc/>
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        await BeginAsync(isolationLevel, cancellationToken).ConfigureAwait(false);

    async Task<ResilientTransaction> BeginAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        var held = await HoldAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfReading();
        var isWanted = await _dataSource.Cluster.CommitCapability.CanProveAsync(held.Session, cancellationToken).ConfigureAwait(false);
        var inner = await held.Connection.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false);
        return _transaction = new ResilientTransaction(this, inner, new TransactionCapture(isWanted, character: null) { IsRawUsed = _isRawUsed }, isManaged: false);
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

    /// <summary>A batch on this connection.</summary>
    /// <returns>The batch.</returns>
    public new ResilientBatch CreateBatch() => (ResilientBatch)CreateDbBatch();

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => new ResilientBatch(_dataSource) { Connection = this };

    /// <inheritdoc/>
    public override DataTable GetSchema() => HoldNow().Connection.GetSchema();

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName) => HoldNow().Connection.GetSchema(collectionName);

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName, string?[] restrictionValues) => HoldNow().Connection.GetSchema(collectionName, restrictionValues);

    /// <summary>Puts the connection's session into a transaction of System.Transactions; it stays on that session until it is closed.</summary>
    /// <param name="transaction">The transaction.</param>
    public override void EnlistTransaction(System.Transactions.Transaction? transaction)
    {
        _isPinned = true;
        EnlistIn(transaction);
        HoldNow().Connection.EnlistTransaction(transaction);
    }

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
}
