using Npgsql;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>
/// The statement of a probe on Aurora, whose servers share their storage and say by <c>aurora_replica_status()</c> how far each lags; the functions about the log are refused there, or answer on the writer alone. The
/// row is the server's own; one that is older counts as that much more lag, and no row or no figure as unknown, not as none. Modelled on the documented functions.
/// </summary>
static class AuroraProbeStatement
{
    const string Identifier = "(SELECT s.system_identifier FROM pg_catalog.pg_control_system() s)";

    public static readonly string Text = TextWith(Identifier);

    public static readonly string TextWithoutIdentifier = TextWith("NULL::pg_catalog.int8");

    /// <summary>Whether it is Aurora that refuses.</summary>
    public const string IsAurora = "SELECT pg_catalog.to_regproc('pg_catalog.aurora_replica_status') IS NOT NULL";

    public static ServerFacts Read(NpgsqlDataReader row) => new(
        InRecovery: row.GetBoolean(0),
        ReadOnly: row.GetString(1) == "on",
        SystemIdentifier: row.IsDBNull(2) ? 0 : row.GetInt64(2),
        StartedAt: row.GetDateTime(3),
        Lsn: default,
        Timeline: null,
        RecoveryEnd: null,
        ToldLag: row.IsDBNull(4) ? null : TimeSpan.FromMilliseconds(row.GetDouble(4)),
        HasLog: false);

    static string TextWith(string identifier) =>
        $"""
        SELECT pg_catalog.pg_is_in_recovery(),
               {ProbeStatement.ReadOnly},
               {identifier},
               pg_catalog.pg_postmaster_start_time(),
               (SELECT (a.replica_lag_in_msec OPERATOR(pg_catalog.+)
                        COALESCE(GREATEST(0, EXTRACT(EPOCH FROM (pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) a.last_update_timestamp)) OPERATOR(pg_catalog.*) 1000), 0))::pg_catalog.float8
                  FROM pg_catalog.aurora_replica_status() a
                 WHERE a.server_id OPERATOR(pg_catalog.=) pg_catalog.aurora_db_instance_identifier()),
               pg_catalog.pg_backend_pid()
        """;
}
