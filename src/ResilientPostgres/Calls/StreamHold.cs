using System.Data;
using Npgsql;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>
/// Keeps an open reader in the list of operations, so that its rows stop at once, with an error, when its server goes down. Repeating
/// is over by then: rows have been handed out. Used again together with its operation, so that the next reader allocates neither.
/// </summary>
sealed class StreamHold
{
    readonly Cluster _cluster;
    readonly InFlightOperation _operation;
    readonly EventHandler _end;
    Session _session;
    IReaderOwner? _owner;

    StreamHold(Cluster cluster, InFlightOperation operation)
    {
        _cluster = cluster;
        _operation = operation;
        _end = End;
    }

    public static void Begin(Cluster cluster, Session session, NpgsqlDataReader reader, InFlightOperation operation, IReaderOwner? owner = null)
    {
        operation.GoOnAsStream();
        var hold = operation.Companion as StreamHold ?? new StreamHold(cluster, operation);
        operation.Companion = hold;
        hold._session = session;
        hold._owner = owner;
        reader.ReaderClosed += hold._end;
    }

    void End(object? sender, EventArgs e)
    {
        var (session, owner) = (_session, _owner);
        (_session, _owner) = (default, null);
        _operation.Return();
        if (session.Connection.FullState.HasFlag(ConnectionState.Broken))
        {
            _cluster.Monitor.Doubt(session.Pool.Endpoint, session.Pool.Generation, isEvidence: false, "a result ended before its last row");
        }

        owner?.ReaderClosed();
    }
}
