using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>
/// A session's transaction. Without BEGIN each Sync, and each simple query, ends one that began with its first statement; BEGIN among these makes it an explicit one.
/// </summary>
internal sealed class TransactionBlock(Session session)
{
    readonly List<(string Name, int Effects)> _savepoints = [];
    bool _isExplicit;
    bool _hasFailed;

    internal FakeTransaction? Current { get; private set; }

    internal char Status => !_isExplicit ? 'I' : _hasFailed ? 'E' : 'T';

    internal bool HasFailed => _hasFailed;

    internal bool IsExplicit => _isExplicit;

    internal bool IsReadOnly => session.State.IsInRecovery || (Current?.IsReadOnly ?? session.IsReadOnlyByDefault);

    internal string Isolation => Current?.Isolation ?? session.Setting("default_transaction_isolation")!;

    /// <summary>The transaction that a statement belongs to, begun with it if there is none.</summary>
    internal FakeTransaction Enter()
    {
        if (Current is null)
        {
            Current = new FakeTransaction(session.ProcessId) { IsReadOnly = session.IsReadOnlyByDefault };
            session.Settings.Begin();
        }

        return Current;
    }

    internal void Begin()
    {
        if (_isExplicit)
        {
            session.Warn("25001", "there is already a transaction in progress");
        }

        Enter().IsExplicit = true;
        _isExplicit = true;
    }

    /// <returns>The command's tag: ROLLBACK for a transaction that had failed.</returns>
    internal string Commit()
    {
        if (!_isExplicit)
        {
            session.Warn("25P01", "there is no transaction in progress");
        }

        if (_hasFailed)
        {
            Abort();
            return "ROLLBACK";
        }

        Finish();
        return "COMMIT";
    }

    internal void Rollback()
    {
        if (!_isExplicit)
        {
            session.Warn("25P01", "there is no transaction in progress");
        }

        Abort();
    }

    /// <summary>At Sync and at the end of a simple query.</summary>
    internal void EndImplicit()
    {
        if (!_isExplicit && Current is not null)
        {
            Finish();
        }
    }

    internal void Fail()
    {
        if (_isExplicit)
        {
            _hasFailed = true;
        }
        else
        {
            Abort();
        }
    }

    internal void Abort()
    {
        if (Current is { } transaction)
        {
            session.State.Abort(transaction);
            Leave(isCommitted: false);
        }
    }

    internal void Save(string name)
    {
        RequireBlock("SAVEPOINT");
        _savepoints.Add((name, Current!.Effects.Count));
    }

    internal void Release(string name)
    {
        RequireBlock("RELEASE SAVEPOINT");
        _savepoints.RemoveRange(Find(name), _savepoints.Count - Find(name));
    }

    internal void RollbackTo(string name)
    {
        RequireBlock("ROLLBACK TO SAVEPOINT");
        var at = Find(name);
        session.State.Forget(Current!, _savepoints[at].Effects);
        _savepoints.RemoveRange(at + 1, _savepoints.Count - at - 1);
        _hasFailed = false;
    }

    void RequireBlock(string command)
    {
        if (!_isExplicit)
        {
            throw new PostgresError("25P01", $"{command} can only be used in transaction blocks");
        }
    }

    int Find(string name) => _savepoints.FindLastIndex(s => s.Name == name) is >= 0 and var at
        ? at
        : throw new PostgresError("3B001", $"savepoint \"{name}\" does not exist");

    void Finish()
    {
        var transaction = Current!;
        var isWrite = transaction.Xid is not null;
        if (!session.State.IsRunning || session.Ended.IsCancellationRequested)
        {
            throw new ConnectionLostException();
        }

        if (isWrite && session.Server.Faults.TakeLostCommit(CommitLoss.BeforeApplied))
        {
            throw new ConnectionLostException();
        }

        session.State.Commit(transaction);
        Leave(isCommitted: true);
        if (isWrite && session.Server.Faults.TakeLostCommit(CommitLoss.AfterApplied))
        {
            throw new ConnectionLostException();
        }
    }

    void Leave(bool isCommitted)
    {
        (Current, _isExplicit, _hasFailed) = (null, false, false);
        _savepoints.Clear();
        session.Settings.End(isCommitted);
        session.DropPortals();
    }
}
