using static ResilientPostgres.FaultKind;
using static ResilientPostgres.Faults.Repeat;
using static ResilientPostgres.Faults.SqlStateScope;
using Effect = ResilientPostgres.Faults.EndpointEffect;

namespace ResilientPostgres.Faults;

/// <content>pgpool. Its ERROR at a COMMIT is no server's answer, so it proves nothing there.</content>
static partial class PoolerMessages
{
    static PoolerMessage[] Pgpool =>
    [
        new("53300", Fatal, "Sorry, too many clients already", Overloaded, Effect.Overloaded, Yes, true, "pgpool: it has no process left for another client"),
        new("08S01", Login, "pgpool is not accepting any new connections", ConnectFailed, Effect.Suspect, Yes, true, "pgpool: all its servers are down, and it will not look again by itself"),
        new("XX000", Login, "all backend nodes are down", ConnectFailed, Effect.Suspect, Yes, true, "pgpool: all its servers are down, and it will not look again by itself"),
        new("XX000", Login, "unable to read message kind", Overloaded, Effect.Overloaded, Yes, true, "pgpool: its servers disagree about the login; one of them is mostly full"),
        new("XX000", Login, "password authentication failed", Misconfigured, Effect.Misconfigured, Never, true, "pgpool: the password is wrong"),
        new("XX000", Login, "client authentication failed", Misconfigured, Effect.Misconfigured, Never, true, "pgpool: pool_hba.conf refuses us"),
        new("XX000", Fatal, "failed to create a backend", ConnectFailed, Effect.Check, Yes, true, "pgpool: it can't connect to a server"),
        new("XX000", Fatal, "unable to read data from DB node", ConnectionLost, Effect.Check, Yes, false, "pgpool: it lost its connection to a server"),
        new("XX000", Fatal, "socket read failed with error", ConnectionLost, Effect.Check, Yes, false, "pgpool: it lost its connection to a server"),
        new("XX000", Fatal, "data is not ready in DB node", ConnectionLost, Effect.Check, Yes, false, "pgpool: it lost its connection to a server"),
        new("XX000", Fatal, "failed to read kind from backend", ConnectionLost, Effect.Check, Once, false, "pgpool: its servers answered differently; one of them may have done it"),
        new("XX000", Error, "prepared statement \"", Statement, Effect.None, Once, true, "pgpool: the prepared statement stands on another session; it is prepared anew"),
        new("XX001", Error, "pgpool detected difference of the number of", Statement, Effect.None, Never, false, "pgpool: its servers' data differ; one of them may have done it"),
        new("57000", Any, "connection terminated due to online recovery", ConnectionLost, Effect.Check, Yes, false, "pgpool: a server is being added and sessions are ended for it"),
        new("57000", Any, "unable to read data", ConnectionLost, Effect.None, Yes, false, "pgpool before 4.5: the session was idle for too long, or lost"),
    ];
}
