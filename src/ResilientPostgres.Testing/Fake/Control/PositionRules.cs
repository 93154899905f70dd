using System.Text.RegularExpressions;
using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;
using static ResilientPostgres.Testing.Control.ServerFunctions;

namespace ResilientPostgres.Testing.Control;

/// <summary>The questions about positions that are more than a list of functions.</summary>
internal static partial class PositionRules
{
    internal static ControlRule[] All { get; } =
    [
        new(static text => text.StartsWith("SELECT WHERE CASE WHEN pg_catalog.pg_last_wal_replay_lsn()", StringComparison.Ordinal), [], Guard),
        ControlRule.Rows(
            static text => text.StartsWith("SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), CASE", StringComparison.Ordinal),
            ControlRule.Typed("text", "pg_lsn"),
            static (session, _) => [[FileName(session, (ulong)Written(session, static log => log.Received)), Committed(session)]]),
        ControlRule.Rows(
            static text => text.StartsWith("SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN coalesce(pg_catalog.pg_last_wal_replay_lsn()", StringComparison.Ordinal),
            ControlRule.Typed("pg_lsn"),
            static (session, _) => [[session.State.IsInRecovery ? Replayed(session.State) : Written(session, static log => log.Received)]]),
    ];

    /// <summary>What a commit on this session is at or below.</summary>
    static object Committed(Session session) =>
        Written(session, session.Setting("synchronous_commit") == "off" ? static log => log.Received : static log => log.Flushed);

    /// <summary>Passes if this standby has replayed as much, else raises an error whose message tells how much it has.</summary>
    static ValueTask<Outcome> Guard(Session session, SqlStatement statement, object?[] parameters)
    {
        var replayed = Replayed(session.State);
        if (replayed is { } has && (ulong)has >= BinaryFormat.Position(parameters[0]!) && session.Block.Isolation == "read committed")
        {
            return ValueTask.FromResult(Outcome.Selected([]));
        }

        var marker = Marker().Match(statement.Text).Groups[1].Value;
        throw new PostgresError("22P02", $"invalid input syntax for type boolean: \"{marker}{replayed?.ToString() ?? "0/0"};\"");
    }

    [GeneratedRegex("'(resilient_postgres:[^']*:)'")]
    private static partial Regex Marker();
}
