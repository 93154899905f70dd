using System.Data;
using Npgsql;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>
/// Keeps an open reader in the list of operations, so that its rows stop at once, with an error, when its server goes down. Repeating
/// is over by then: rows have been handed out.
/// </summary>
static class StreamHold
{
    public static void Begin(Cluster cluster, Session session, NpgsqlDataReader reader, OperationSafety safety)
    {
        var operation = new InFlightOperation(session.Pool.InFlight, safety, TimeSpan.MaxValue, cluster.Ports.Control, cluster.Clock, CancellationToken.None)
        {
            IsDeaf = true,
        };
        operation.Attach(session.Connection);
        reader.ReaderClosed += (_, _) =>
        {
            operation.Dispose();
            if (session.Connection.FullState.HasFlag(ConnectionState.Broken))
            {
                cluster.Monitor.Doubt(session.Pool.Endpoint, session.Pool.Generation, isEvidence: false, "a result ended before its last row");
            }
        };
    }
}
