using static ResilientPostgres.FaultKind;
using static ResilientPostgres.Faults.Repeat;
using static ResilientPostgres.Faults.SqlStateScope;
using Effect = ResilientPostgres.Faults.EndpointEffect;

namespace ResilientPostgres.Faults;

/// <content>The codes that are about what the statement says, or about the transaction it stands in.</content>
static partial class SqlStateTable
{
    const string NotReplayedYet = "On a standby it may be DDL that was not replayed yet; the primary knows";
    internal const string StalePlan = "cached plan must not change result type";
    const string LoginSetting = "The login is refused for a setting, a privilege or an object: ours or the server's to mend";

    static SqlStateRow[] StatementRows =>
    [
        new("00", Error, Statement, Effect.None, Never, "Success, raised as an error by somebody's code"),
        new("01", Error, Statement, Effect.None, Never, "A warning, raised as an error by somebody's code"),
        new("02", Error, Statement, Effect.None, Never, "No data, raised as an error by somebody's code"),
        new("03", Error, Statement, Effect.None, Never, "The statement is not complete"),
        new("09", Error, Statement, Effect.None, Never, "A trigger refuses"),
        new("0A", Error, Statement, Effect.None, Never, "The server can't do this"),
        new("0A", Login, Misconfigured, Effect.Misconfigured, Never, "The server does not speak the protocol of this login"),
        new("0A000", Error, Statement, Effect.None, OnPrimary, "A standby can't run SERIALIZABLE; the primary can", "cannot use serializable mode in a hot standby"),
        new("0A000", Error, Statement, Effect.None, OnPrimary, "An unlogged table is empty of meaning on a standby; the primary has it", "cannot access temporary or unlogged relations during recovery"),
        new("0A000", Error, Statement, Effect.None, Once, "A prepared statement's table has changed; it is prepared anew", StalePlan),
        new("0B", Error, Statement, Effect.None, Never, "A transaction can't begin here"),
        new("0F", Error, Statement, Effect.None, Never, "A wrong locator"),
        new("0L", Error, Statement, Effect.None, Never, "A wrong grantor or grant"),
        new("0P", Error, Statement, Effect.None, Never, "A wrong role"),
        new("0Z", Error, Statement, Effect.None, Never, "A wrong use of diagnostics"),
        new("10", Error, Statement, Effect.None, Never, "A wrong XQuery argument"),
        new("20", Error, Statement, Effect.None, Never, "A CASE without a matching branch"),
        new("21", Error, Statement, Effect.None, Never, "A wrong number of rows"),
        new("22", Error, Statement, Effect.None, Never, "The data don't fit the statement"),
        new("22", Login, Misconfigured, Effect.Misconfigured, Never, LoginSetting),
        new("23", Error, Statement, Effect.None, Never, "A constraint refuses"),
        new("24", Error, Statement, Effect.None, Never, "A cursor in the wrong state"),
        new("25", Error, Statement, Effect.None, Never, "The transaction is in the wrong state for this"),
        new("25006", Any, ReadOnlyServer, Effect.Check, Yes, "A write reached a server or a transaction that takes none; its role may have changed"),
        new("25P02", Error, Statement, Effect.None, Never, "The transaction had failed before; its first error decides"),
        new("25P03", Fatal, ConnectionLost, Effect.None, Once, "The session was idle in its transaction for too long; no statement was running", Effect: FaultEffect.NotApplied),
        new("25P04", Fatal, FaultKind.Timeout, Effect.None, Once, "The transaction took longer than the server allows"),
        new("26", Error, Statement, Effect.None, Once, "The prepared statement stands on another session of a pooler; it is prepared anew"),
        new("27", Error, Statement, Effect.None, Never, "A trigger changed what the statement changes"),
        new("28", Error, Statement, Effect.None, Never, "A user is refused inside the statement, perhaps by another server"),
        new("28", Fatal, Misconfigured, Effect.Check, Never, "A pooler's own login was refused"),
        new("28", Login, Misconfigured, Effect.Misconfigured, Never, "The user, the password or pg_hba.conf: waiting mends none"),
        new("2B", Error, Statement, Effect.None, Never, "Other objects depend on it"),
        new("2D", Error, Statement, Effect.None, Never, "A transaction can't end here"),
        new("2F", Error, Statement, Effect.None, Never, "An SQL routine did what it may not"),
        new("34", Error, Statement, Effect.None, Never, "No such cursor"),
        new("38", Error, Statement, Effect.None, Never, "An external routine failed"),
        new("39", Error, Statement, Effect.None, Never, "An external routine was called wrongly"),
        new("3B", Error, Statement, Effect.None, Never, "No such savepoint"),
        new("3D", Error, Statement, Effect.None, Never, "No such database, inside the statement"),
        new("3D", Fatal, Misconfigured, Effect.Check, Never, "A pooler's own login named no database of its server"),
        new("3D", Login, Misconfigured, Effect.Misconfigured, Never, "The server has no such database"),
        new("3F", Error, Statement, Effect.None, Never, "A wrong schema"),
        new("3F000", Error, Statement, Effect.None, OnPrimary, NotReplayedYet),
        new("40", Error, Concurrency, Effect.None, Yes, "Rolled back to keep it apart from others, or from a standby's replay"),
        new("40", Fatal, Concurrency, Effect.None, Yes, "A standby's replay ended the session"),
        new("40002", Error, Statement, Effect.None, Never, "A deferred constraint refuses"),
        new("40003", Any, Concurrency, Effect.None, Yes, "The server itself does not know whether it was done", Effect: FaultEffect.Unknown),
        new("42", Error, Statement, Effect.None, Never, "A wrong statement, name, type or privilege"),
        new("42", Login, Misconfigured, Effect.Misconfigured, Never, LoginSetting),
        new("42703", Error, Statement, Effect.None, OnPrimary, NotReplayedYet),
        new("42704", Error, Statement, Effect.None, OnPrimary, NotReplayedYet),
        new("42883", Error, Statement, Effect.None, OnPrimary, NotReplayedYet),
        new("42P01", Error, Statement, Effect.None, OnPrimary, NotReplayedYet),
        new("42P05", Error, Statement, Effect.None, Once, "Another client of a pooler prepared a statement of this name on the session"),
        new("44", Error, Statement, Effect.None, Never, "A view's check refuses"),
        new("54", Error, Statement, Effect.None, Never, "More than the server is built for"),
        new("72", Error, Concurrency, Effect.None, Yes, "The snapshot is too old; another attempt takes a new one"),
        new("HV", Error, Statement, Effect.None, Never, "A foreign data wrapper failed; what the other server did is not known"),
        new("P0", Error, Statement, Effect.None, Never, "Raised by PL/pgSQL"),
        new("P0", Login, Misconfigured, Effect.Misconfigured, Never, "A login trigger refuses us"),
    ];
}
