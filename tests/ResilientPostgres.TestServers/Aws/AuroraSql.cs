namespace ResilientPostgres.TestServers;

/// <summary>The functions of Aurora PostgreSQL, modelled on their documentation; not run on AWS.</summary>
static class AuroraSql
{
    static readonly string[] WriterFunctions = ["pg_current_wal_lsn", "pg_current_wal_insert_lsn", "pg_current_wal_flush_lsn"];
    static readonly string[] ReaderFunctions = ["pg_last_wal_receive_lsn", "pg_last_wal_replay_lsn"];

    internal const string Functions = """
        CREATE OR REPLACE FUNCTION pg_catalog.aurora_db_instance_identifier() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
            AS $$ SELECT server_id FROM stub.instances WHERE server_name = stub.self() $$;
        CREATE OR REPLACE FUNCTION pg_catalog.aurora_replica_status(
            OUT server_id text, OUT session_id text, OUT durable_lsn bigint, OUT highest_lsn_rcvd bigint, OUT current_read_lsn bigint,
            OUT cur_replay_latency_in_usec bigint, OUT active_txns bigint, OUT is_current boolean, OUT last_transport_error integer,
            OUT last_error_timestamp timestamptz, OUT last_update_timestamp timestamptz, OUT feedback_xmin bigint, OUT feedback_epoch bigint,
            OUT replica_lag_in_msec double precision, OUT log_stream_speed_in_kib_per_second double precision,
            OUT log_buffer_sequence_number bigint, OUT oldest_read_view_trx_id bigint, OUT oldest_read_view_lsn bigint,
            OUT pending_read_ios bigint, OUT read_ios bigint, OUT iops integer, OUT cpu double precision)
        RETURNS SETOF record LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
            SELECT i.server_id,
                   CASE WHEN i.server_name = stub.writer_name() THEN 'MASTER_SESSION_ID' ELSE i.session_id::text END,
                   1000::bigint, 1000::bigint, 1000::bigint, 100::bigint, 0::bigint, false, 0,
                   NULL::timestamptz,
                   CASE WHEN i.server_name <> stub.self() THEN pg_catalog.clock_timestamp() END,
                   0::bigint, 0::bigint,
                   CASE WHEN i.server_name <> stub.writer_name() THEN i.replica_lag_in_msec END,
                   0::double precision, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0, i.cpu
            FROM stub.instances i WHERE i.listed $$;
        """;

    internal static string VersionFunction(string version) =>
        $"CREATE OR REPLACE FUNCTION pg_catalog.aurora_version() RETURNS text LANGUAGE sql STABLE AS 'SELECT ''{version}''';";

    /// <summary>
    /// New functions under the old names. A replaced one would keep its id, and the server runs what is built in for such an id, whatever the catalog says.
    /// </summary>
    internal static IEnumerable<string> Raise(WalFunctions how)
    {
        if (how == WalFunctions.Available)
        {
            yield break;
        }

        foreach (var function in WriterFunctions)
        {
            var error = how == WalFunctions.NeedLogical
                ? "ERRCODE = '55000', MESSAGE = 'wal_level must be set to ''logical''', HINT = 'WAL control functions cannot be executed when wal_level < logical.'"
                : NotSupported(function, "for");
            yield return Replace(function, "", "pg_lsn", error);
        }

        foreach (var function in ReaderFunctions)
        {
            yield return Replace(function, "", "pg_lsn", NotSupported(function, "for"));
        }

        const string Receiver = """
            OUT pid int, OUT status text, OUT receive_start_lsn pg_lsn, OUT receive_start_tli int, OUT written_lsn pg_lsn, OUT flushed_lsn pg_lsn,
            OUT received_tli int, OUT last_msg_send_time timestamptz, OUT last_msg_receipt_time timestamptz, OUT latest_end_lsn pg_lsn,
            OUT latest_end_time timestamptz, OUT slot_name text, OUT sender_host text, OUT sender_port int, OUT conninfo text
            """;
        const string View = "pg_stat_wal_receiver";
        yield return Replace("pg_stat_get_wal_receiver", Receiver, "record", NotSupported("pg_stat_get_wal_receiver", "in"));

        // A view holds the id of the function it was made with.
        yield return $"DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW pg_catalog.{View} AS ' || pg_catalog.replace(" +
            $"pg_catalog.pg_get_viewdef('pg_catalog.{View}'::regclass), 'stub_pg_stat', 'pg_stat'); END $$;";
    }

    static string NotSupported(string function, string preposition) =>
        $"ERRCODE = '0A000', MESSAGE = 'Function {function}() is currently not supported {preposition} Aurora'";

    static string Replace(string function, string parameters, string type, string error) => $"""
        ALTER FUNCTION pg_catalog.{function}() RENAME TO stub_{function};
        CREATE FUNCTION pg_catalog.{function}({parameters}) RETURNS {type} LANGUAGE plpgsql VOLATILE
            AS $$ BEGIN RAISE EXCEPTION USING {error}; END $$;
        """;
}
