using Npgsql;

namespace ResilientPostgres.Sessions;

/// <summary>The sessions of one generation of one endpoint.</summary>
interface ISessionPool
{
    Endpoint Endpoint { get; }

    int Generation { get; }

    InFlightList InFlight { get; }

    /// <summary>Completes synchronously, and allocates only Npgsql's own connection object, when a session is idle.</summary>
    ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken);
}
