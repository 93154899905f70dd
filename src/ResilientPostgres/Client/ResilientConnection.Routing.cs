using System.Data;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Freshness;
using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;
using ResilientPostgres.Statements;

namespace ResilientPostgres;

public partial class ResilientConnection : IReaderOwner
{
    NpgsqlDataReader? _reader;

    /// <summary>Where it reads, if on a session of its own: closed with it.</summary>
    NpgsqlConnection? _readerSession;

    bool _closesWithReader;
    bool _isReaderOfWrite;

    /// <summary>Something may stand in the session that later statements rely on.</summary>
    bool _isPinned;

    bool _isRawUsed;

    /// <summary>Functions or views may be other ones now.</summary>
    bool _hasDefined;

    /// <summary>A transaction that was begun by a statement.</summary>
    bool _isInTextTransaction;

    /// <summary>What was written here; kept when the connection is closed.</summary>
    WriteMark? _writes;

    /// <summary>
    /// A statement that may write was begun, and nobody has noted its end: it failed, was cancelled, or was none of ours. Whatever it did is done by the
    /// time of the next read.
    /// </summary>
    bool _isWritePending;

    /// <summary>The transaction of System.Transactions that the session was put into; it may be committed long after the connection was closed.</summary>
    System.Transactions.Transaction? _enlisted;

    /// <summary>What is run now runs in a transaction.</summary>
    internal bool IsInTransaction => Current is not null || _isInTextTransaction || System.Transactions.Transaction.Current is not null;

    /// <summary>Whether a statement takes a session of its own, and where then: no older than what was written here.</summary>
    internal bool IsRouted(StatementVerdict verdict, in RoutingRequest asked, out RoutingRequest routing)
    {
        routing = asked;
        if (!_isOpen || _held is { IsGivenUp: true })
        {
            throw NotOpen();
        }

        if (!asked.IsRead || Current is not null || _isPinned || _isInTextTransaction || verdict.Kind > StatementKind.Write || System.Transactions.Transaction.Current is not null)
        {
            return false;
        }

        ThrowIfReading();

        // On the primary the session at hand will do.
        return _held is null || (_dataSource.Router.TryChoose(routing) is { } pool && !IsAtHand(pool.Endpoint, _held.Endpoint));
    }

    bool IsAtHand(Endpoint chosen, Endpoint held) =>
        chosen.Equals(held) || (_dataSource.Cluster.Store.Current is { HasSeveralNames: true } now && now.IsPrimary(chosen) && now.IsPrimary(held));

    /// <summary>The session on the primary, taken now if there is none yet.</summary>
    internal ValueTask<HeldSession> HoldAsync(CancellationToken cancellationToken)
    {
        if (_held is null && _isOpen)
        {
            return TakeAsync(cancellationToken);
        }

        return new ValueTask<HeldSession>(Held);
    }

    /// <summary>As <see cref="HoldAsync"/>, for the synchronous members.</summary>
    internal HeldSession HoldNow() => _held is null && _isOpen ? TakeNow() : Held;

    /// <summary>Before a statement runs on the held session.</summary>
    internal void Before(StatementVerdict verdict)
    {
        ThrowIfReading();
        _isWritePending |= !verdict.IsRead;
        _isPinned |= verdict.Kind == StatementKind.Session;
        _isInTextTransaction |= verdict.Effect == TransactionEffect.Begins || (verdict.Kind == StatementKind.Transaction && !verdict.IsSingle);
    }

    /// <summary>After it has run.</summary>
    internal void After(StatementVerdict verdict)
    {
        _isInTextTransaction &= verdict.Effect != TransactionEffect.Ends;
        if (verdict.IsDefinition && Current is { } transaction)
        {
            transaction.Capture.ChangesDefinitions = true;
        }

        _hasDefined |= verdict.IsDefinition && Current is null;
        if (!verdict.IsRead && Current is null && !_isInTextTransaction)
        {
            NoteWritten(); // In a transaction it is written when that is committed.
        }
    }

    /// <summary>What was written here, of which later reads are sure whoever else may not be.</summary>
    internal WriteMark? Writes
    {
        get
        {
            NotePending();
            return _writes;
        }
    }

    /// <summary>Something was written, and if it was a transaction of which that is known, so far.</summary>
    internal void NoteWritten(CommitRecord? record = null)
    {
        _isWritePending = false;
        _writes ??= new WriteMark();
        if (record is { Timeline: { } timeline, Lsn: { } position })
        {
            _writes.Wrote(timeline, position, _dataSource.Cluster.Clock.Now);
        }
        else
        {
            _dataSource.Cluster.Freshness.Wrote(_writes);
        }

        if (_hasDefined && !_isInTextTransaction)
        {
            _hasDefined = false;
            _dataSource.Cluster.Statements.ReadAgain();
        }
    }

    void NotePending()
    {
        if (Current is not null || _isInTextTransaction)
        {
            return;
        }

        if (_enlisted is not null)
        {
            _isWritePending = true;
            _enlisted = IsActive(_enlisted) ? _enlisted : null;
        }

        if (_isWritePending)
        {
            NoteWritten();
        }
    }

    static bool IsActive(System.Transactions.Transaction transaction)
    {
        try
        {
            return transaction.TransactionInformation.Status == System.Transactions.TransactionStatus.Active;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Gives a reader out: one at a time, closed with the connection, or the connection with it.</summary>
    internal NpgsqlDataReader Lend(NpgsqlDataReader reader, StatementVerdict verdict, CommandBehavior behavior, bool isWatched = false)
    {
        if (Current is { } transaction)
        {
            transaction.Capture.HasLentReader = true;
        }

        _closesWithReader = behavior.HasFlag(CommandBehavior.CloseConnection);
        _isReaderOfWrite = !verdict.IsRead;
        _isInTextTransaction &= verdict.Effect != TransactionEffect.Ends;
        _reader = reader;
        if (!isWatched)
        {
            _readerSession = null;
            reader.ReaderClosed += (_, _) => ((IReaderOwner)this).ReaderClosed();
        }

        return reader;
    }

    void IReaderOwner.ReaderOpened(NpgsqlConnection session) => _readerSession = session;

    /// <summary>Whether a reader is open; asked of its session where it has one of its own.</summary>
    bool IsReading => _reader is not null && _readerSession is not { FullState: ConnectionState.Closed };

    /// <summary>A reader that was to close the connection has done so, though nobody has told.</summary>
    bool HasEndedWithReader => _closesWithReader && _readerSession is { FullState: ConnectionState.Closed };

    void IReaderOwner.ReaderClosed()
    {
        _reader = null;
        if (_isReaderOfWrite && Current is null && !_isInTextTransaction)
        {
            NoteWritten();
        }

        if (_closesWithReader)
        {
            Close();
        }
    }

    void ThrowIfReading()
    {
        if (IsReading)
        {
            throw new InvalidOperationException("A reader of this connection is still open; close it before the next statement.");
        }
    }

    bool HoldsFromOpening() =>
        _dataSource.Cluster.Settings is { Mode: RoutingMode.PassThrough } or { Statements.Enabled: false } || System.Transactions.Transaction.Current is not null;

    async ValueTask<HeldSession> TakeAsync(CancellationToken cancellationToken) => _held = await AcquireAsync(cancellationToken).ConfigureAwait(false);

    async Task<HeldSession> AcquireAsync(CancellationToken cancellationToken)
    {
        EnlistIn(System.Transactions.Transaction.Current);
        return new HeldSession(_dataSource.Cluster, await _dataSource.AcquirePrimaryAsync(cancellationToken).ConfigureAwait(false));
    }

    HeldSession TakeNow()
    {
        EnlistIn(System.Transactions.Transaction.Current);
        return _held = new HeldSession(_dataSource.Cluster, _dataSource.AcquirePrimaryNow());
    }

    /// <summary>It may be committed long after this connection was closed, and then others must see it too.</summary>
    void EnlistIn(System.Transactions.Transaction? transaction)
    {
        if (transaction is not null && !transaction.Equals(_enlisted))
        {
            _enlisted = transaction.Clone();
            _dataSource.Cluster.Freshness.WroteIn(_enlisted, _writes ??= new WriteMark());
        }
    }

    /// <summary>False if it was closed already.</summary>
    bool EndUse()
    {
        var wasOpen = _isOpen;
        _isWritePending |= _isRawUsed;
        if (_isWritePending && wasOpen)
        {
            NoteWritten(); // Whoever reads elsewhere in the process does not ask this connection.
        }

        _transaction?.MarkOver();
        _isOpen = _isPinned = _isRawUsed = _isInTextTransaction = false;
        return wasOpen;
    }

    static InvalidOperationException NotOpen() => new("The connection is not open; call Open first.");
}
