using System.Data;
using Npgsql;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>
/// Keeps an open reader in the list of operations, so that its rows stop at once, with an error, when its server goes down. Repeating
/// is over by then: rows have been handed out. Used again together with its operation, so that the next reader allocates neither.
/// </summary>
/// <remarks>
/// Npgsql gives the session back before it raises the reader's event, and the reader belongs to the session: the next user may have subscribed by then. So the
/// event may come for one who has not closed anything, twice, or never. It counts only if the session is closed, and once; and the sweep of the operations finds
/// those for whom it never came.
/// </remarks>
sealed class StreamHold
{
    readonly Cluster _cluster;
    readonly InFlightOperation _operation;
    readonly EventHandler _end;
    NpgsqlConnection? _session;
    ISessionPool? _pool;
    IReaderOwner? _owner;
    bool _isWrite;
    int _isActive;

    StreamHold(Cluster cluster, InFlightOperation operation)
    {
        _cluster = cluster;
        _operation = operation;
        _end = End;
    }

    public static void Begin(Cluster cluster, Session session, NpgsqlDataReader reader, InFlightOperation operation, bool isWrite, IReaderOwner? owner = null)
    {
        operation.GoOnAsStream();
        var hold = operation.Companion as StreamHold ?? new StreamHold(cluster, operation);
        operation.Companion = hold;
        (hold._session, hold._pool, hold._owner, hold._isWrite) = (session.Connection, session.Pool, owner, isWrite);
        Volatile.Write(ref hold._isActive, 1);
        owner?.ReaderOpened(session.Connection);
        reader.ReaderClosed += hold._end;
    }

    void End(object? sender, EventArgs e)
    {
        var (session, pool, owner) = (_session, _pool, _owner);
        if (session is null || session.FullState.HasFlag(ConnectionState.Open) || Interlocked.Exchange(ref _isActive, 0) == 0)
        {
            return;
        }

        (_session, _pool, _owner) = (null, null, null);
        _operation.Return();
        if (session.FullState.HasFlag(ConnectionState.Broken))
        {
            _cluster.Monitor.Doubt(pool!.Endpoint, pool.Generation, isEvidence: false, "a result ended before its last row");
        }

        if (_isWrite)
        {
            _cluster.Freshness.Wrote();
        }

        owner?.ReaderClosed();
    }
}
