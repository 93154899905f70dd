using System.Collections.Frozen;
using System.Globalization;
using NpgsqlTypes;
using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.State;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Control;

/// <summary>The functions a fake knows.</summary>
internal static class ServerFunctions
{
    static readonly FrozenDictionary<string, ServerFunction> _all = new Dictionary<string, ServerFunction>
    {
        ["version"] = Simple("text", static (s, _) => $"PostgreSQL {s.Server.Cluster.Options.ServerVersion} (FakePostgresCluster)"),
        ["pg_backend_pid"] = Simple("int4", static (s, _) => s.ProcessId),
        ["current_database"] = Simple("name", static (s, _) => s.Database),
        ["current_schema"] = Simple("name", static (_, _) => "public"),
        ["current_user"] = Simple("name", static (s, _) => s.User),
        ["session_user"] = Simple("name", static (s, _) => s.User),
        ["inet_server_port"] = Simple("int4", static (s, _) => s.Server.Port),
        ["now"] = Simple("timestamptz", static (s, _) => s.State.Cluster.UtcNow),
        ["current_timestamp"] = Simple("timestamptz", static (s, _) => s.State.Cluster.UtcNow),
        ["clock_timestamp"] = Simple("timestamptz", static (s, _) => s.State.Cluster.UtcNow),
        ["statement_timestamp"] = Simple("timestamptz", static (s, _) => s.State.Cluster.UtcNow),
        ["transaction_timestamp"] = Simple("timestamptz", static (s, _) => s.State.Cluster.UtcNow),
        ["current_date"] = Simple("date", static (s, _) => DateOnly.FromDateTime(s.State.Cluster.UtcNow)),
        ["gen_random_uuid"] = Simple("uuid", static (_, _) => Guid.NewGuid()),
        ["pg_advisory_unlock_all"] = Simple("void", static (_, _) => ""),
        ["pg_is_in_recovery"] = Simple("bool", static (s, _) => s.State.IsInRecovery),
        ["pg_postmaster_start_time"] = Simple("timestamptz", static (s, _) => s.State.StartedAt),
        ["pg_stat_get_bgwriter_stat_reset_time"] = Simple("timestamptz", static (s, _) => s.State.StatsReset),
        ["pg_current_wal_lsn"] = Simple("pg_lsn", static (s, _) => Written(s, static log => log.Received)),
        ["pg_current_wal_insert_lsn"] = Simple("pg_lsn", static (s, _) => Written(s, static log => log.Received)),
        ["pg_current_wal_flush_lsn"] = Simple("pg_lsn", static (s, _) => Written(s, static log => log.Flushed)),
        ["pg_last_wal_replay_lsn"] = Simple("pg_lsn", static (s, _) => Replayed(s.State)),
        ["pg_last_wal_receive_lsn"] = Simple("pg_lsn", static (s, _) => s.State.IsInRecovery ? Lsn(s.State.Look(static log => log.Received)) : null),
        ["pg_walfile_name"] = Simple("text", static (s, a) => a[0] is null ? null : FileName(s, BinaryFormat.Position(a[0]!)), 1),
        ["pg_current_xact_id"] = Simple("xid8", static (s, _) => Xid(s, "pg_current_xact_id()")),
        ["txid_current"] = Simple("int8", static (s, _) => (long)Xid(s, "txid_current()")),
        ["pg_current_xact_id_if_assigned"] = Simple("xid8", static (s, _) => s.Block.Enter().Xid),
        ["pg_xact_status"] = Simple("text", static (s, a) => Status(s.State, a[0]), 1),
        ["pg_logical_emit_message"] = Simple("pg_lsn", static (s, _) => Emit(s), 3),
        ["pg_terminate_backend"] = Simple("bool", static (s, a) => s.Server.Terminate(Int(a[0])), 1),
        ["pg_cancel_backend"] = Simple("bool", static (s, a) => s.Server.Cancel(Int(a[0]), secret: null), 1),
        ["pg_sleep"] = new(PostgresTypes.Of("void"), 1, 1, static async (s, a) =>
        {
            await s.DelayAsync(TimeSpan.FromSeconds(Convert.ToDouble(a[0], CultureInfo.InvariantCulture))).ConfigureAwait(false);
            return "";
        }),
        ["current_setting"] = new(PostgresTypes.Text, 1, 2, static (s, a) => ValueTask.FromResult<object?>(
            s.Setting(a[0] as string ?? "") ?? (a.Length > 1 && a[1] is true ? null : throw SettingCommands.Unknown(a[0] as string ?? "")))),
        ["set_config"] = Simple("text", static (s, a) =>
        {
            SettingCommands.Assign(s, a[0] as string ?? "", a[1] as string, a[2] is true);
            return a[1];
        }, 3),
    }.ToFrozenDictionary();

    internal static ServerFunction? Find(string name) => _all.GetValueOrDefault(name);

    /// <summary>A timeline and a position in it, as the name of a file of the log.</summary>
    internal static string FileName(Session session, ulong position)
    {
        const ulong segment = 16 * 1024 * 1024;
        RequirePrimary(session.State);
        var number = (position - 1) / segment;
        return $"{session.State.Look(static log => log.Timeline):X8}{number >> 8:X8}{number & 0xFF:X8}";
    }

    internal static NpgsqlLogSequenceNumber Written(Session session, Func<ServerLog, ulong> position)
    {
        RequirePrimary(session.State);
        return Lsn(session.State.Look(position));
    }

    internal static NpgsqlLogSequenceNumber? Replayed(ServerState state) =>
        state.Look(log => state.IsInRecovery ? log.Replayed : log.RecoveryEnd) is { } position ? Lsn(position) : null;

    internal static NpgsqlLogSequenceNumber Lsn(ulong position) => new(position);

    internal static ulong Xid(Session session, string function)
    {
        if (session.State.IsInRecovery)
        {
            throw new PostgresError("25006", $"cannot execute {function} during recovery");
        }

        return session.State.XidOf(session.Block.Enter());
    }

    /// <summary>The note that the library leaves in the log with each transaction.</summary>
    internal static NpgsqlLogSequenceNumber Emit(Session session)
    {
        RequirePrimary(session.State);
        return Lsn(session.State.Write(session.Block.Enter(), bytes: 64));
    }

    internal static string? Status(ServerState state, object? value)
    {
        if (value is null)
        {
            return null;
        }

        var xid = value is string text ? (ulong)TextFormat.Read(PostgresTypes.Of("xid8"), text) : Convert.ToUInt64(value, CultureInfo.InvariantCulture);
        try
        {
            return state.Look(log => log.StatusOf(xid)) switch
            {
                true => "committed",
                false => "aborted",
                null => "in progress",
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new PostgresError("22023", $"transaction ID {xid} is in the future");
        }
    }

    static void RequirePrimary(ServerState state)
    {
        if (state.IsInRecovery)
        {
            throw new PostgresError("55000", "recovery is in progress", hint: "WAL control functions cannot be executed during recovery.");
        }
    }

    static int Int(object? value) => Convert.ToInt32(value, CultureInfo.InvariantCulture);

    static ServerFunction Simple(string type, Func<Session, object?[], object?> run, int arguments = 0) =>
        new(PostgresTypes.Of(type), arguments, arguments, (session, values) => ValueTask.FromResult(run(session, values)));
}
