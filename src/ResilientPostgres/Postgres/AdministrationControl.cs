using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Postgres;

/// <summary>The statements around creating, changing and dropping databases.</summary>
sealed class AdministrationControl(EndpointSources sources) : IAdministrationControl
{
    const string Position =
        """
        SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN coalesce(pg_catalog.pg_last_wal_replay_lsn(), '0/0') ELSE pg_catalog.pg_current_wal_insert_lsn() END
        """;

    // Without the row type and the array type that every table brings.
    const string Types =
        """
        SELECT pg_catalog.count(*) || '/' || coalesce(pg_catalog.max(t.oid::pg_catalog.int8), 0)
          FROM pg_catalog.pg_type t WHERE t.typtype IN ('b', 'd', 'e', 'r', 'm') AND t.typcategory <> 'A'
        """;

    public async Task<PlainConnection> OpenAsync(Endpoint endpoint, string? database, CancellationToken cancellationToken)
    {
        var source = sources.ForAdministration(endpoint, database);
        NpgsqlConnection? connection = null;
        try
        {
            connection = await LoginRetry.OpenAsync(source, sources.PasswordOf(endpoint, source), cancellationToken).ConfigureAwait(false);
            return new PlainConnection(connection, source, await ScalarAsync<bool>(connection, "SELECT pg_catalog.pg_is_in_recovery()", cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await (connection?.DisposeAsync() ?? default).ConfigureAwait(false);
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<NpgsqlLogSequenceNumber> PositionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ScalarAsync<NpgsqlLogSequenceNumber>(connection, Position, cancellationToken);

    public Task<string> TypesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => ScalarAsync<string>(connection, Types, cancellationToken);

    static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
