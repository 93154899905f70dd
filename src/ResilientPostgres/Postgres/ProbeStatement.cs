using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>
/// The one statement of a probe. All of it is open to an ordinary role, and every name carries its schema, for the role's
/// search_path is not ours. The timeline comes from the name of the current log file: pg_control_checkpoint() still tells the old one
/// for a while after a promotion. pg_last_wal_replay_lsn() stays where recovery ended once a server has been promoted.
/// The received timeline is visible to members of pg_monitor only; for others it is null.
/// </summary>
static class ProbeStatement
{
    /// <summary>
    /// Whether the server takes no writes from anybody. What was set for this role or in this session says nothing about the server, and hides what its files say; all settings are
    /// looked through for that only where transactions are read-only.
    /// </summary>
    public const string ReadOnly =
        """
        CASE WHEN pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'off'
                    THEN pg_catalog.current_setting('transaction_read_only')
                    WHEN (SELECT s.source FROM pg_catalog.pg_settings s WHERE s.name OPERATOR(pg_catalog.=) 'default_transaction_read_only')
                         OPERATOR(pg_catalog.=) ANY ('{user,database user,client,session}'::pg_catalog.text[]) THEN 'off'
                    ELSE 'on' END
        """;

    public const string Text =
        $"""
        SELECT r.in_recovery,
               {ReadOnly},
               (SELECT s.system_identifier FROM pg_catalog.pg_control_system() s),
               pg_catalog.pg_postmaster_start_time(),
               CASE WHEN r.in_recovery THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_flush_lsn() END::pg_catalog.text,
               CASE WHEN r.in_recovery THEN NULL ELSE pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()) END,
               (SELECT w.received_tli FROM pg_catalog.pg_stat_wal_receiver w),
               CASE WHEN r.in_recovery THEN NULL ELSE pg_catalog.pg_last_wal_replay_lsn() END::pg_catalog.text,
               pg_catalog.pg_stat_get_bgwriter_stat_reset_time(),
               CASE WHEN r.in_recovery THEN GREATEST((SELECT c.timeline_id FROM pg_catalog.pg_control_checkpoint() c),
                                                     (SELECT m.min_recovery_end_timeline FROM pg_catalog.pg_control_recovery() m)) END,
               pg_catalog.current_setting('synchronous_commit'),
               pg_catalog.to_regproc('pg_catalog.aurora_replica_status') IS NULL,
               pg_catalog.pg_backend_pid()
          FROM (SELECT pg_catalog.pg_is_in_recovery() AS in_recovery) r
        """;

    const int TimelineDigits = 8;

    public static ServerFacts Read(NpgsqlDataReader row)
    {
        uint? timeline = row.IsDBNull(5)
            ? row.IsDBNull(6) ? null : (uint)row.GetInt32(6)
            : uint.Parse(row.GetString(5).AsSpan(0, TimelineDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new ServerFacts(
            InRecovery: row.GetBoolean(0),
            ReadOnly: row.GetString(1) == "on",
            SystemIdentifier: row.GetInt64(2),
            StartedAt: row.GetDateTime(3),
            Lsn: row.IsDBNull(4) ? default : NpgsqlLogSequenceNumber.Parse(row.GetString(4)),
            Timeline: timeline,
            RecoveryEnd: row.IsDBNull(7) ? null : NpgsqlLogSequenceNumber.Parse(row.GetString(7)),
            StatsReset: row.IsDBNull(8) ? null : row.GetDateTime(8),
            KeptTimeline: row.IsDBNull(9) ? null : (uint)row.GetInt32(9),
            CommitsWait: row.GetString(10) != "off",
            HasLog: row.GetBoolean(11));
    }
}
