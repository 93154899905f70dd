using static ResilientPostgres.FaultKind;
using static ResilientPostgres.Faults.Repeat;
using static ResilientPostgres.Faults.SqlStateScope;
using Effect = ResilientPostgres.Faults.EndpointEffect;

namespace ResilientPostgres.Faults;

/// <content>The codes that may be about the server or the connection. As ERROR they never take an endpoint out: any SQL can raise them, and dblink and postgres_fdw pass on another server's.</content>
static partial class SqlStateTable
{
    const string ForeignServer = "As ERROR it is passed on from another server (dblink, postgres_fdw), or raised by SQL";

    static SqlStateRow[] ServerRows =>
    [
        new("08", Error, Statement, Effect.None, Never, ForeignServer + "; what that server did is not known"),
        new("08", Fatal, ConnectionLost, Effect.Check, Yes, "A connection was lost; whoever says so is still there"),
        new("08", Login, ConnectFailed, Effect.Check, Yes, "No session for now"),
        new("08001", Error, Statement, Effect.None, ReadOnce, "Another server (dblink, postgres_fdw) was not reached"),
        new("08004", Error, Statement, Effect.None, ReadOnce, "Another server (dblink, postgres_fdw) took no connection"),
        new("08007", Error, ConnectionLost, Effect.None, Yes, "The server itself does not know what became of the transaction", Effect: FaultEffect.Unknown),
        new("08007", Fatal, ConnectionLost, Effect.Check, Yes, "The server itself does not know what became of the transaction", Effect: FaultEffect.Unknown),

        new("53", Error, Overloaded, Effect.Overloaded, Yes, "Short of memory or other resources; the statement was undone"),
        new("53", Fatal, Overloaded, Effect.Overloaded, Yes, "Short of memory or other resources; the session is over"),
        new("53", Login, Overloaded, Effect.Overloaded, Yes, "No room for another session"),
        new("53100", Error, Overloaded, Effect.Overloaded, ReadOnce, "The disk is full: a write fails until somebody makes room, a read may do elsewhere"),
        new("53300", Error, Overloaded, Effect.None, ReadOnce, "This session has its connection; it is another server's, or raised by SQL"),
        new("53400", Error, Statement, Effect.None, Never, "Beyond a configured limit (temp_file_limit): the same again next time"),

        new("55", Error, Statement, Effect.None, Never, "The object is in the wrong state for this"),
        new("55000", Login, Misconfigured, Effect.Misconfigured, Never, "The database takes no connections"),
        new("55000", Error, Statement, Effect.None, OnPrimary, "A standby can't do this; the primary can", "recovery is in progress"),
        new("55006", Error, Concurrency, Effect.None, ReadOnce, "Another session uses the object; a write does not wait for it unasked"),
        new("55P03", Error, Concurrency, Effect.None, ReadOnce, "Another session holds the lock; a write that asked not to wait does not wait"),

        new("57", Error, Statement, Effect.None, Never, ForeignServer),
        new("57", Fatal, ConnectionLost, Effect.Check, Yes, "An operator ended the session"),
        new("57", Login, ConnectFailed, Effect.Check, Yes, "An operator is at work, or it shuts down"),
        new("57000", Error, Statement, Effect.None, ReadOnce, "An operator intervened; a read may do elsewhere"),
        new("57014", Error, Statement, Effect.None, Never, "Cancelled by statement_timeout or somebody: once more takes as long"),
        new("57014", Login, ConnectFailed, Effect.Check, Yes, "The login took longer than the server allows"),
        new("57P01", Fatal, ConnectionLost, Effect.Check, Yes, "A shutdown, or one session ended by an administrator: looking tells"),
        new("57P02", Fatal, ConnectionLost, Effect.Suspect, Yes, "The server ends all sessions after a crash"),
        new("57P02", Login, ConnectFailed, Effect.Suspect, Yes, "The server ends all sessions after a crash"),
        new("57P03", Fatal, StartingUp, Effect.StartingUp, Yes, "Starting up, shutting down or recovering"),
        new("57P03", Login, StartingUp, Effect.StartingUp, Yes, "Starting up, shutting down or recovering"),
        new("57P04", Fatal, Misconfigured, Effect.Misconfigured, Never, "The database was dropped"),
        new("57P04", Login, Misconfigured, Effect.Misconfigured, Never, "The database was dropped"),
        new("57P05", Fatal, ConnectionLost, Effect.None, Yes, "The session was idle for too long; no statement was running", Effect: FaultEffect.NotApplied),

        new("58", Error, Statement, Effect.None, ReadOnce, "Files of the server are not as they should be; a read may do elsewhere"),
        new("58", Fatal, ConnectionLost, Effect.Check, Yes, "The system below the server failed"),
        new("58000", Error, Statement, Effect.Overloaded, ReadOnce, "The system below the server failed; a read may do elsewhere"),
        new("58030", Error, Statement, Effect.Overloaded, ReadOnce, "The server's disk failed; a read may do elsewhere"),

        new("F0", Error, Statement, Effect.None, ReadOnce, "The server's configuration is broken; a read may do elsewhere"),
        new("XX", Error, Statement, Effect.None, ReadOnce, "An internal error, of the server or of pgpool, which calls nearly everything so"),
        new("XX", Fatal, ConnectionLost, Effect.Check, Once, "An internal error ended the session"),
        new("XX001", Error, Statement, Effect.Overloaded, OnPrimary, "Damaged data; the primary's copy may be whole"),
        new("XX002", Error, Statement, Effect.Overloaded, OnPrimary, "A damaged index; the primary's copy may be whole"),
    ];
}
