using System.Text.RegularExpressions;
using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Values;
using static ResilientPostgres.Testing.Control.ServerFunctions;

namespace ResilientPostgres.Testing.Control;

/// <summary>What is asked around a commit.</summary>
internal static partial class CommitRules
{
    internal static ControlRule[] All { get; } =
    [
        ControlRule.Rows(
            static text => text.StartsWith("SELECT x.xid, x.lsn,", StringComparison.Ordinal),
            ControlRule.Typed("xid8", "pg_lsn", "text", "timestamptz", "timestamptz", "int4", "timestamptz"),
            static (session, _) => [Capture(session)]) with
        {
            Answer = static (session, statement, _) => ValueTask.FromResult(Outcome.Selected(HasWritten(session, statement.Text) ? [Capture(session)] : [new object?[7]])),
        },
        ControlRule.Rows(
            static text => text.StartsWith("SELECT x.xid, x.lsn FROM", StringComparison.Ordinal),
            ControlRule.Typed("xid8", "pg_lsn"),
            static (session, _) => [Capture(session)[..2]]) with
        {
            Answer = static (session, statement, _) => ValueTask.FromResult(Outcome.Selected(HasWritten(session, statement.Text) ? [Capture(session)[..2]] : [new object?[2]])),
        },
        new(
            static text => text.StartsWith("SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity", StringComparison.Ordinal),
            ControlRule.Typed("bool"),
            static (session, statement, parameters) => ValueTask.FromResult(Outcome.Selected(Fence(session, statement.Text, parameters)))),
        ControlRule.Rows(
            static text => text.StartsWith("SELECT pg_catalog.pg_backend_pid(), (SELECT pg_catalog.string_agg(f.name", StringComparison.Ordinal),
            ControlRule.Typed("int4", "text"),
            static (session, _) => [[session.ProcessId, null]]),
    ];

    static bool HasWritten(Session session, string text) => !text.Contains("pg_current_xact_id_if_assigned()", StringComparison.Ordinal) || session.Block.Enter().Xid is not null;

    static object?[] Capture(Session session)
    {
        var xid = Xid(session, "pg_current_xact_id()");
        var position = Emit(session);
        return [xid, position, FileName(session, (ulong)position), session.State.StartedAt, session.State.StatsReset, session.ProcessId, session.State.Cluster.UtcNow];
    }

    /// <summary>Ends the session that the transaction is open on, if it still is.</summary>
    static IReadOnlyList<object?[]> Fence(Session session, string text, object?[] parameters)
    {
        var xid = (ulong)TextFormat.Read(PostgresTypes.Of("xid8"), Xid8().Match(text).Groups[1].Value);
        var isOurs = parameters[2] is DateTime startedAt && startedAt == session.State.StartedAt;
        var processId = (int)parameters[0]!;
        return isOurs && session.Server.Find(processId) is { } other && other.Block.Current?.Xid == xid && other.StartedAt <= (DateTime)parameters[1]!
            ? [[session.Server.Terminate(processId)]]
            : [];
    }

    [GeneratedRegex("'([0-9]+)'::pg_catalog.xid8")]
    private static partial Regex Xid8();
}
