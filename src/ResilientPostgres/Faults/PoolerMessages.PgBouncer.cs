using static ResilientPostgres.FaultKind;
using static ResilientPostgres.Faults.Repeat;
using Effect = ResilientPostgres.Faults.EndpointEffect;

namespace ResilientPostgres.Faults;

/// <content>PgBouncer: all FATAL. That it answers at all shows that the pooler is there; what it can't reach is behind it.</content>
static partial class PoolerMessages
{
    static PoolerMessage[] PgBouncer =>
    [
        Bouncer("query_wait_timeout", Overloaded, Effect.Overloaded, Yes, true, "Waited too long for a server connection: it never had one"),
        Bouncer("no more connections allowed", Overloaded, Effect.Overloaded, Yes, true, "max_client_conn is reached"),
        Bouncer("client connections exceeded", Overloaded, Effect.Overloaded, Yes, true, "The clients of this database or user are at their limit"),
        Bouncer("client_login_timeout (server down)", ConnectFailed, Effect.Suspect, Yes, true, "The pooler can't reach its server"),
        Bouncer("client_login_timeout", ConnectFailed, Effect.Check, Yes, true, "The login took longer than the pooler allows"),
        Bouncer("server login has been failing", ConnectFailed, Effect.Suspect, Yes, true, "The pooler can't log in to its server"),
        Bouncer("pause failed", ConnectFailed, Effect.Check, Yes, true, "The pooler is paused and its server does not answer"),
        Bouncer("no such database", Misconfigured, Effect.Misconfigured, Never, true, "The pooler knows no such database"),
        Bouncer("no such user", Misconfigured, Effect.Misconfigured, Never, true, "The pooler knows no such user"),
        Bouncer("bouncer config error", Misconfigured, Effect.Misconfigured, Never, true, "The pooler's configuration is wrong"),
        Bouncer("unsupported startup parameter", Misconfigured, Effect.Misconfigured, Never, true, "The connection string sets what the pooler does not pass on (ignore_startup_parameters)"),
        Bouncer("extended query protocol not supported by admin console", Misconfigured, Effect.Misconfigured, Never, true, "This is the pooler's own console, not a database"),
        Bouncer("client_idle_timeout", ConnectionLost, Effect.None, Yes, true, "The session was idle for too long; no statement was running"),

        Bouncer("query_timeout", FaultKind.Timeout, Effect.Check, Once, false, "The statement took longer than the pooler allows"),
        Bouncer("query timeout", FaultKind.Timeout, Effect.Check, Once, false, "The statement took longer than the pooler allows"),
        Bouncer("transaction timeout", FaultKind.Timeout, Effect.None, Once, false, "The transaction took longer than the pooler allows"),
        Bouncer("idle transaction timeout", ConnectionLost, Effect.None, Once, false, "The session was idle in its transaction for longer than the pooler allows"),
        Bouncer("server conn crashed?", ConnectionLost, Effect.Check, Yes, false, "The pooler lost its connection to the server"),
        Bouncer("server lifetime over", ConnectionLost, Effect.None, Yes, false, "The pooler closed an old server connection"),
        Bouncer("database configuration changed", ConnectionLost, Effect.Check, Yes, false, "The pooler was told of another server"),
        Bouncer("admin forced disconnect", ConnectionLost, Effect.Check, Yes, false, "An administrator of the pooler ended the session"),
        Bouncer("suspend_timeout", ConnectionLost, Effect.Check, Yes, false, "The pooler was suspended"),
        Bouncer("server shutting down", StartingUp, Effect.StartingUp, Yes, false, "The pooler shuts down"),
        Bouncer("pooler is shutting down", StartingUp, Effect.StartingUp, Yes, false, "The pooler shuts down"),
        Bouncer("prepared statement name is already in use", ConnectionLost, Effect.None, Once, false, "Two prepared statements of one name; a new session has none"),
    ];

    static PoolerMessage Bouncer(string text, FaultKind kind, EndpointEffect endpoint, Repeat repeat, bool isNeverSent, string reason) =>
        new("08P01", SqlStateScope.Fatal, text, kind, endpoint, repeat, isNeverSent, "PgBouncer: " + reason);
}
