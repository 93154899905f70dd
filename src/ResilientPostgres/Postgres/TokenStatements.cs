namespace ResilientPostgres.Postgres;

/// <summary>The texts around one table of tokens. Every name carries its schema; a token and a table's name (checked with the options) are safe as they are.</summary>
sealed class TokenStatements(string name)
{
    const string Columns = "pg_catalog.pg_backend_pid(), pg_catalog.clock_timestamp(), pg_catalog.pg_postmaster_start_time()";

    readonly string _table = $"\"{name.Replace(".", "\".\"", StringComparison.Ordinal)}\"";

    /// <summary>As a part of a SELECT, so that the row does not count as one that the caller's statement affected.</summary>
    public string Note(Guid token) =>
        $"WITH note AS (INSERT INTO {_table} (token) VALUES ('{token}')) SELECT pg_catalog.pg_current_xact_id(), {Columns}";

    /// <summary>No row unless the transaction has written; again where it was rolled back to a savepoint from before.</summary>
    public string NoteIfWritten(Guid token) =>
        $"""
        WITH a AS (SELECT pg_catalog.pg_current_xact_id_if_assigned() AS xid),
             note AS (INSERT INTO {_table} (token) SELECT '{token}' FROM a WHERE a.xid IS NOT NULL ON CONFLICT (token) DO NOTHING)
        SELECT a.xid, {Columns} FROM a
        """;

    /// <summary>What is found, and null for nothing. The volatile function and the comment have pgpool ask the primary; should it ask a standby after all, that is told.</summary>
    public string Find(Guid token) =>
        $"/*NO LOAD BALANCE*/ SELECT (SELECT is_claim FROM {_table} WHERE token OPERATOR(pg_catalog.=) '{token}'), pg_catalog.pg_is_in_recovery()";

    public string Claim(Guid token) => $"INSERT INTO {_table} (token, is_claim) VALUES ('{token}', true)";

    /// <summary>These fail as noting, looking, claiming and purging would, and do nothing.</summary>
    public string[] Tries =>
    [
        $"INSERT INTO {_table} (token, is_claim) SELECT NULL, true WHERE false",
        $"SELECT token, is_claim, at FROM {_table} WHERE false",
        $"DELETE FROM {_table} WHERE false",
    ];

    public string CreateSchema => $"CREATE SCHEMA IF NOT EXISTS {name[..name.IndexOf('.', StringComparison.Ordinal)]}";

    public string Create =>
        $"CREATE TABLE IF NOT EXISTS {name} (token uuid PRIMARY KEY, is_claim boolean NOT NULL DEFAULT false, at timestamptz NOT NULL DEFAULT now())";

    /// <summary>By the token's own time first, which the index knows, then by the server's clock, which decides. $1 is the newest token that may be old enough.</summary>
    public string Purge(int most) =>
        $"""
        DELETE FROM {_table} WHERE token OPERATOR(pg_catalog.=) ANY (ARRAY(
            SELECT token FROM {_table} WHERE token OPERATOR(pg_catalog.<) $1 AND at OPERATOR(pg_catalog.<) (pg_catalog.now() OPERATOR(pg_catalog.-) $2)
             ORDER BY token LIMIT {most} FOR UPDATE SKIP LOCKED))
        """;
}
