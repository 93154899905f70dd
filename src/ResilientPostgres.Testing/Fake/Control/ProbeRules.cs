using ResilientPostgres.Testing.Sessions;
using static ResilientPostgres.Testing.Control.ServerFunctions;

namespace ResilientPostgres.Testing.Control;

/// <summary>The one statement of a probe.</summary>
internal static class ProbeRules
{
    internal static ControlRule Probe { get; } = ControlRule.Rows(
        static text => text.Contains("pg_control_system()", StringComparison.Ordinal) && text.Contains("pg_stat_get_bgwriter_stat_reset_time()", StringComparison.Ordinal),
        ControlRule.Typed("bool", "text", "int8", "timestamptz", "text", "text", "int4", "text", "timestamptz", "int4", "text", "bool", "int4"),
        static (session, _) => [Row(session)]);

    /// <summary>What a client set for its session says nothing about the server.</summary>
    static bool IsReadOnly(Session session) => session.Settings["default_transaction_read_only"] is null && session.State.IsReadOnlyByDefault;

    static object?[] Row(Session session)
    {
        var state = session.State;
        return state.Look(log =>
        {
            var isStandby = state.IsInRecovery;
            return new object?[]
            {
                isStandby,
                isStandby || IsReadOnly(session) ? "on" : "off",
                state.Cluster.SystemIdentifier,
                state.StartedAt,
                Lsn(isStandby ? log.Replayed : log.Flushed).ToString(),
                isStandby ? null : FileName(session, log.Received),
                isStandby && state.IsStreaming ? (int)log.Timeline : null,
                isStandby || log.RecoveryEnd is not { } end ? null : Lsn(end).ToString(),
                state.StatsReset,
                isStandby ? (int)log.Timeline : null,
                session.Setting("synchronous_commit"),
                true,
                session.ProcessId,
            };
        });
    }
}
