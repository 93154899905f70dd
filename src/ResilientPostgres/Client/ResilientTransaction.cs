using System.Data;
using System.Data.Common;
using Npgsql;

namespace ResilientPostgres;

/// <summary>A transaction on the session of a <see cref="ResilientConnection"/>.</summary>
public sealed class ResilientTransaction : DbTransaction
{
    readonly ResilientConnection _connection;
    readonly NpgsqlTransaction _inner;

    internal ResilientTransaction(ResilientConnection connection, NpgsqlTransaction inner)
    {
        _connection = connection;
        _inner = inner;
    }

    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel => _inner.IsolationLevel;

    /// <inheritdoc/>
    public override bool SupportsSavepoints => true;

    /// <inheritdoc/>
    protected override DbConnection DbConnection => _connection;

    internal NpgsqlTransaction Inner => _inner;

    /// <summary>COMMIT or ROLLBACK has been asked for, or it was disposed.</summary>
    internal bool IsOver { get; private set; }

    /// <inheritdoc/>
    public override void Commit()
    {
        IsOver = true;
        _inner.Commit();
    }

    /// <inheritdoc/>
    public override Task CommitAsync(CancellationToken cancellationToken = default)
    {
        IsOver = true;
        return _inner.CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Rollback()
    {
        IsOver = true;
        _inner.Rollback();
    }

    /// <inheritdoc/>
    public override Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        IsOver = true;
        return _inner.RollbackAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Save(string savepointName) => _inner.Save(savepointName);

    /// <inheritdoc/>
    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default) => _inner.SaveAsync(savepointName, cancellationToken);

    /// <inheritdoc/>
    public override void Rollback(string savepointName) => _inner.Rollback(savepointName);

    /// <inheritdoc/>
    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) => _inner.RollbackAsync(savepointName, cancellationToken);

    /// <inheritdoc/>
    public override void Release(string savepointName) => _inner.Release(savepointName);

    /// <inheritdoc/>
    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) => _inner.ReleaseAsync(savepointName, cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            IsOver = true;
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        IsOver = true;
        return _inner.DisposeAsync();
    }
}
