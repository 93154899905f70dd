using System.Data;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Routing;
using ResilientPostgres.Statements;

namespace ResilientPostgres;

public partial class ResilientConnection : IReaderOwner
{
    NpgsqlDataReader? _reader;
    bool _closesWithReader;
    bool _isReaderOfWrite;

    /// <summary>Something may stand in the session that later statements rely on.</summary>
    bool _isPinned;

    bool _isRawUsed;

    /// <summary>A transaction that was begun by a statement.</summary>
    bool _isInTextTransaction;

    /// <summary>When the last statement that may have written had ended; kept when the connection is closed.</summary>
    TimeSpan? _lastWrite;

    /// <summary>Whether a statement takes a session of its own, and where then: no older than what was written here.</summary>
    internal bool IsRouted(StatementVerdict verdict, in RoutingRequest asked, out RoutingRequest routing)
    {
        routing = asked;
        if (!_isOpen)
        {
            throw NotOpen();
        }

        if (!asked.IsRead || Current is not null || _isPinned || _isInTextTransaction || verdict.Kind > StatementKind.Write || System.Transactions.Transaction.Current is not null)
        {
            return false;
        }

        ThrowIfReading();
        if (_lastWrite is { } written)
        {
            var since = _dataSource.Cluster.Clock.Now - written;
            routing = asked with { MaxLag = since < asked.MaxLag ? since : asked.MaxLag };
        }

        // On the primary the session at hand will do.
        return _held is null || (_dataSource.Router.TryChoose(routing) is { } pool && !pool.Endpoint.Equals(_held.Endpoint));
    }

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
    internal HeldSession HoldNow() => Blocking.End(HoldAsync(CancellationToken.None));

    /// <summary>Before a statement runs on the held session.</summary>
    internal void Before(StatementVerdict verdict)
    {
        ThrowIfReading();
        _isPinned |= verdict.Kind == StatementKind.Session;
        _isInTextTransaction |= verdict.Effect == TransactionEffect.Begins || (verdict.Kind == StatementKind.Transaction && !verdict.IsSingle);
    }

    /// <summary>After it has run.</summary>
    internal void After(StatementVerdict verdict)
    {
        _isInTextTransaction &= verdict.Effect != TransactionEffect.Ends;
        if (!verdict.IsRead)
        {
            NoteWritten();
        }
    }

    internal void NoteWritten() => _lastWrite = _dataSource.Cluster.Clock.Now;

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
            reader.ReaderClosed += (_, _) => ((IReaderOwner)this).ReaderClosed();
        }

        return reader;
    }

    void IReaderOwner.ReaderClosed()
    {
        _reader = null;
        if (_isReaderOfWrite)
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
        if (_reader is not null)
        {
            throw new InvalidOperationException("A reader of this connection is still open; close it before the next statement.");
        }
    }

    bool HoldsFromOpening() =>
        _dataSource.Cluster.Settings is { Mode: RoutingMode.PassThrough } or { Statements.Enabled: false } || System.Transactions.Transaction.Current is not null;

    async ValueTask<HeldSession> TakeAsync(CancellationToken cancellationToken) => _held = await AcquireAsync(cancellationToken).ConfigureAwait(false);

    async Task<HeldSession> AcquireAsync(CancellationToken cancellationToken) =>
        new(_dataSource.Cluster, await _dataSource.AcquirePrimaryAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>False if it was closed already.</summary>
    bool EndUse()
    {
        var wasOpen = _isOpen;
        _isOpen = _isPinned = _isRawUsed = _isInTextTransaction = false;
        return wasOpen;
    }

    static InvalidOperationException NotOpen() => new("The connection is not open; call Open first.");
}
