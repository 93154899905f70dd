using System.Data;
using System.Data.Common;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Client;
using ResilientPostgres.Commits;

namespace ResilientPostgres;

/// <summary>
/// A transaction on the session of a <see cref="ResilientConnection"/>. Its commit is a safe one: it never takes a rollback for a success, and
/// when the server's answer is lost it finds out what became of it.
/// </summary>
public sealed class ResilientTransaction : DbTransaction
{
    readonly ResilientConnection _connection;
    readonly NpgsqlTransaction _inner;
    readonly bool _isManaged;

    /// <summary>It could not be committed, and was rolled back with that: to roll it back once more is no mistake.</summary>
    bool _isRefused;

    internal ResilientTransaction(ResilientConnection connection, NpgsqlTransaction inner, TransactionCapture capture, bool isManaged)
    {
        _connection = connection;
        _inner = inner;
        _isManaged = isManaged;
        Capture = capture;
    }

    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel => _inner.IsolationLevel;

    /// <inheritdoc/>
    public override bool SupportsSavepoints => true;

    /// <summary>The connection it runs on, for Dapper and any ADO.NET code.</summary>
    public new ResilientConnection Connection => _connection;

    /// <summary>
    /// Npgsql's own connection, for COPY and what else only that can do. What is done there can't carry the noting that makes a lost commit
    /// resolvable, so the commit takes one round trip more.
    /// </summary>
    public NpgsqlConnection NpgsqlConnection => _connection.Session;

    /// <summary>What is known of the commit, once there was one.</summary>
    public CommitRecord? Record { get; private set; }

    /// <inheritdoc/>
    protected override DbConnection DbConnection => _connection;

    internal NpgsqlTransaction Inner => _inner;

    internal TransactionCapture Capture { get; }

    /// <summary>COMMIT or ROLLBACK has been asked for, or it was disposed.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>A command in this transaction.</summary>
    /// <param name="commandText">The SQL.</param>
    /// <returns>The command.</returns>
    public ResilientCommand CreateCommand(string commandText = "") =>
        new(_connection.Owner, _connection) { CommandText = commandText, Transaction = this };

    /// <summary>A batch in this transaction.</summary>
    /// <returns>The batch.</returns>
    public ResilientBatch CreateBatch() => new(_connection.Owner) { Connection = _connection, Transaction = this };

    /// <inheritdoc cref="CommitAsync"/>
    public override void Commit() => Blocking.Wait(() => CommitAsync(CancellationToken.None));

    /// <summary>Commits.</summary>
    /// <param name="cancellationToken">Ends the waiting; the outcome is unknown then.</param>
    /// <exception cref="InvalidOperationException">It is <c>TransactAsync</c>'s to commit.</exception>
    /// <exception cref="CommitOutcomeUnknownException">The answer was lost, and nothing proves what became of it.</exception>
    /// <exception cref="CallFailedException">The answer was lost, and it proves not to have been committed.</exception>
    /// <exception cref="PostgresException">The server refused, or had refused a statement of it before.</exception>
    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        RefuseIfManaged("commits by itself when the work returns");
        RefuseIfOver();
        var held = _connection.Held;
        IsOver = true;
        try
        {
            Record = await _connection.Owner.CommitAsync(held, Capture, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // If COMMIT was not sent, for a statement had failed before, the transaction is still open on the server.
            _isRefused = true;
            await AbandonAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            if (Record is null || !Capture.HasOnlyRead)
            {
                _connection.NoteWritten(Record);
            }
        }
    }

    /// <inheritdoc/>
    public override void Rollback()
    {
        RefuseIfManaged("rolls back when the work throws");
        if (_isRefused)
        {
            return;
        }

        RefuseIfOver();
        IsOver = true;
        _inner.Rollback();
    }

    /// <inheritdoc/>
    public override Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        RefuseIfManaged("rolls back when the work throws");
        if (_isRefused)
        {
            return Task.CompletedTask;
        }

        RefuseIfOver();
        IsOver = true;
        return WatchedAsync(_inner.RollbackAsync, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Save(string savepointName)
    {
        if (MustNoteFirst)
        {
            Blocking.Wait(() => NoteAsync(CancellationToken.None));
        }

        _inner.Save(savepointName);
    }

    /// <inheritdoc/>
    public override async Task SaveAsync(string savepointName, CancellationToken cancellationToken = default)
    {
        if (MustNoteFirst)
        {
            await NoteAsync(cancellationToken).ConfigureAwait(false);
        }

        await WatchedAsync(token => _inner.SaveAsync(savepointName, token), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Rollback(string savepointName)
    {
        _inner.Rollback(savepointName);
        Capture.FirstError = null;
    }

    /// <inheritdoc/>
    public override async Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default)
    {
        await WatchedAsync(token => _inner.RollbackAsync(savepointName, token), cancellationToken).ConfigureAwait(false);
        Capture.FirstError = null;
    }

    /// <inheritdoc/>
    public override void Release(string savepointName) => _inner.Release(savepointName);

    /// <inheritdoc/>
    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) =>
        WatchedAsync(token => _inner.ReleaseAsync(savepointName, token), cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isManaged)
        {
            IsOver = true;
            if (_connection.IsHolding)
            {
                _inner.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (_isManaged)
        {
            return default;
        }

        IsOver = true;
        return _connection.IsHolding ? new ValueTask(_connection.Held.EndAsync(_inner.DisposeAsync)) : default;
    }

    async Task AbandonAsync()
    {
        try
        {
            if (_connection.IsHolding)
            {
                await _connection.Held.EndAsync(_inner.DisposeAsync).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // It is over in any case; why the commit failed is what the caller has to hear.
        }
    }

    /// <summary>Its connection was closed, which rolled it back.</summary>
    internal void MarkOver() => IsOver = true;

    void RefuseIfOver()
    {
        if (IsOver)
        {
            throw new InvalidOperationException("This transaction is over: it was committed, rolled back or disposed before.");
        }
    }

    /// <summary>A token behind a savepoint would be lost with a rollback to it, and what is written after that would have none.</summary>
    bool MustNoteFirst => Capture is { IsWanted: true, Proof: null } && Note is ITokenControl;

    ICommitNote Note => _connection.Owner.Cluster.CommitCapability.NoteFor(_connection.Held.Session, Capture);

    /// <summary>With the deadline, and the caller's token, of any statement on the session.</summary>
    Task WatchedAsync(Func<CancellationToken, Task> run, CancellationToken cancellationToken) => _connection.Held.ExecuteAsync(
        StatementRouter.Procedure,
        _connection.Held.Connection.CommandTimeout,
        Capture,
        async token =>
        {
            await run(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    Task NoteAsync(CancellationToken cancellationToken) => BoundExecution.NoteAsync(_connection, this, cancellationToken);

    void RefuseIfManaged(string instead)
    {
        if (_isManaged)
        {
            throw new InvalidOperationException($"This transaction belongs to TransactAsync, which {instead}.");
        }
    }
}
