namespace ResilientPostgres.Testing.Control;

/// <summary>The questions to the catalogs. A fake has no functions, operators and views of a user's; of the built-in functions it tells those that are volatile.</summary>
internal static class CatalogRules
{
    /// <summary>Built-in functions that are volatile and likely to be met.</summary>
    static readonly string[] _volatile =
    [
        "random", "nextval", "setval", "currval", "lastval", "clock_timestamp", "timeofday", "gen_random_uuid", "pg_sleep", "pg_sleep_for", "pg_sleep_until", "set_config",
        "pg_notify", "pg_advisory_lock", "pg_advisory_xact_lock", "pg_try_advisory_lock", "pg_advisory_unlock", "pg_advisory_unlock_all", "pg_terminate_backend",
        "pg_cancel_backend", "pg_current_xact_id", "txid_current", "lo_create", "lo_unlink", "pg_logical_emit_message", "pg_switch_wal", "pg_promote", "pg_is_in_recovery",
        "pg_current_wal_lsn", "pg_last_wal_replay_lsn", "query_to_xml", "dblink",
    ];

    /// <summary>Built-in functions that are not.</summary>
    static readonly string[] _others =
    [
        "abs", "array_agg", "array_length", "avg", "ceil", "char_length", "concat", "concat_ws", "count", "current_database", "current_setting", "current_user", "date_part",
        "date_trunc", "dense_rank", "encode", "decode", "extract", "first_value", "floor", "format", "generate_series", "jsonb_agg", "jsonb_build_object", "json_agg",
        "lag", "last_value", "lead", "left", "length", "lower", "lpad", "ltrim", "make_date", "max", "md5", "min", "mod", "now", "ntile", "octet_length", "percent_rank",
        "pg_backend_pid", "pg_postmaster_start_time", "position", "power", "rank", "regexp_replace", "repeat", "replace", "reverse", "right", "round", "row_number", "rpad",
        "rtrim", "sign", "split_part", "sqrt", "statement_timestamp", "string_agg", "strpos", "substr", "substring", "sum", "to_char", "to_date", "to_json", "to_jsonb",
        "to_timestamp", "to_tsquery", "to_tsvector", "transaction_timestamp", "trim", "trunc", "ts_rank", "unnest", "upper", "version", "inet_server_port", "inet_server_addr",
    ];

    static readonly IReadOnlyList<object?[]> _functions =
        [.. _volatile.Select(static f => new object?[] { f, false, true, true }), .. _others.Select(static f => new object?[] { f, false, true, false })];

    internal static ControlRule[] All { get; } =
    [
        ControlRule.Rows(
            static text => text.StartsWith("SELECT p.proname, pg_catalog.bool_or(", StringComparison.Ordinal),
            ControlRule.Typed("name", "bool", "bool", "bool"),
            static (_, _) => _functions),
        ControlRule.Rows(static text => text.StartsWith("SELECT o.oprname, pg_catalog.bool_or(", StringComparison.Ordinal), ControlRule.Typed("name", "bool"), static (_, _) => []),
        ControlRule.Rows(static text => text.StartsWith("SELECT c.relname, pg_catalog.pg_get_viewdef(", StringComparison.Ordinal), ControlRule.Typed("name", "text"), static (_, _) => []),
        ControlRule.Rows(static text => text.StartsWith("SELECT pg_catalog.count(*) || '/' ||", StringComparison.Ordinal), ControlRule.Typed("text"), static (_, _) => [["81/5069"]]),
    ];
}
