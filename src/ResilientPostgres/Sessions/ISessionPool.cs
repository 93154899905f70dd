using System.Data;
using Npgsql;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Sessions;

/// <summary>The sessions of one generation of one endpoint.</summary>
interface ISessionPool
{
    Endpoint Endpoint { get; }

    int Generation { get; }

    EndpointGauge Gauge { get; }

    /// <summary>What is used again and again is prepared on its sessions.</summary>
    bool Prepares { get; }

    InFlightList InFlight { get; }

    /// <summary>Completes synchronously, and allocates only Npgsql's own connection object, when a session is idle.</summary>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="watcher">Hears of the connection's states too; the same one each time, for what it takes is kept.</param>
    ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken, StateChangeEventHandler? watcher = null);

    /// <summary>On the caller's thread, which waits for it as long as <c>Timeout</c> says.</summary>
    NpgsqlConnection Open(bool forStatement);

    /// <summary>
    /// The same, for a statement that can't leave anything in its session: such sessions are never reset and keep what is prepared on them. When all
    /// of those are in use, one of the others.
    /// </summary>
    ValueTask<NpgsqlConnection> OpenForStatementAsync(CancellationToken cancellationToken);
}
