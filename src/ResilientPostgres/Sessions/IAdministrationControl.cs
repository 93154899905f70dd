using Npgsql;
using NpgsqlTypes;

namespace ResilientPostgres.Sessions;

/// <summary>What creating, changing and dropping databases takes. It needs nothing of what is watched: the database watched may not be there yet.</summary>
interface IAdministrationControl
{
    /// <summary>Connects outside of any pool.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="database">The database; that of the connection string if not given.</param>
    /// <param name="cancellationToken">Ends the connecting.</param>
    Task<PlainConnection> OpenAsync(Endpoint endpoint, string? database, CancellationToken cancellationToken);

    /// <summary>How far the server's log is written; on a standby, replayed.</summary>
    Task<NpgsqlLogSequenceNumber> PositionAsync(NpgsqlConnection connection, CancellationToken cancellationToken);

    /// <summary>A value that changes when there are other types than before: enums, ranges, those of extensions.</summary>
    Task<string> TypesAsync(NpgsqlConnection connection, CancellationToken cancellationToken);
}
