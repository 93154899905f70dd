namespace ResilientPostgres.TestServers;

/// <summary>The table that drives the stubs, and which server is the one that is asked and which the writer.</summary>
static class StubTable
{
    internal const string Database = "app";

    /// <summary>
    /// A server knows itself by <c>cluster_name</c>, and its writer by whom it streams from: all servers hold the same rows.
    /// The view over what a standby receives holds that function's id, and so survives that it is renamed.
    /// </summary>
    internal const string Sql = """
        CREATE SCHEMA IF NOT EXISTS stub;
        CREATE TABLE IF NOT EXISTS stub.instances (
            server_name text PRIMARY KEY, server_id text NOT NULL, resource_id text NOT NULL, endpoint text NOT NULL,
            host text NOT NULL, port int NOT NULL, session_id uuid NOT NULL DEFAULT gen_random_uuid(),
            replica_lag_in_msec double precision, cpu double precision DEFAULT 1.5, listed boolean NOT NULL DEFAULT true);
        CREATE TABLE IF NOT EXISTS stub.writer (server_name text);
        INSERT INTO stub.writer SELECT NULL WHERE NOT EXISTS (SELECT FROM stub.writer);
        CREATE OR REPLACE VIEW stub.receiver AS SELECT sender_host, sender_port FROM pg_catalog.pg_stat_get_wal_receiver();
        CREATE OR REPLACE FUNCTION stub.self() RETURNS text LANGUAGE sql STABLE
            AS $$ SELECT pg_catalog.current_setting('cluster_name') $$;
        CREATE OR REPLACE FUNCTION stub.writer_name() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
            SELECT coalesce(
                (SELECT server_name FROM stub.writer WHERE server_name IS NOT NULL LIMIT 1),
                CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN stub.self()
                     ELSE (SELECT i.server_name FROM stub.receiver r JOIN stub.instances i ON i.host = r.sender_host AND i.port = r.sender_port) END) $$;
        GRANT USAGE ON SCHEMA stub TO PUBLIC;
        """;
}
