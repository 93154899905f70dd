using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace ResilientPostgres.Faults;

/// <summary>The driver failed, and no server said why.</summary>
static class DriverFault
{
    // The driver gives neither a type of its own; a change of the texts shows in a test.
    const string NoTls = "SSL connection requested. No SSL enabled connection";
    const string NoPassword = "No password has been provided but the backend requires one";

    public static Fault OfOpen(NpgsqlException e) => e switch
    {
        _ when IsOurOwn(e) => Open(FaultKind.Application, EndpointEffect.None, Repeat.Never, "Judged already"),
        { InnerException: PasswordUnavailableException { IsRefused: true } } =>
            Open(FaultKind.Misconfigured, EndpointEffect.Misconfigured, Repeat.Never, "The password was refused a moment ago, also after the provider was asked anew"),
        { InnerException: PasswordUnavailableException } => Open(FaultKind.ConnectFailed, EndpointEffect.None, Repeat.Yes, "The password provider failed: it tells nothing about the server"),
        { InnerException: TimeoutException } when IsPoolExhausted(e) =>
            Open(FaultKind.Overloaded, EndpointEffect.None, Repeat.Never, "Our own pool is exhausted: waiting again only lengthens the queue"),
        { InnerException: SocketException } => Open(FaultKind.ConnectFailed, EndpointEffect.Suspect, Repeat.Yes, "The server was not reached"),
        { InnerException: TimeoutException } => Open(FaultKind.ConnectFailed, EndpointEffect.Check, Repeat.Yes, "No session within the time allowed"),
        { InnerException: IOException } => Open(FaultKind.ConnectFailed, EndpointEffect.Suspect, Repeat.Yes, "The connection was closed during the login"),

        // Mostly a certificate that is not trusted; a handshake cut short can look the same, so once more.
        { InnerException: AuthenticationException } => Open(FaultKind.Misconfigured, EndpointEffect.Misconfigured, Repeat.Once, "TLS: the two sides do not trust each other"),
        _ when e.Message.StartsWith(NoTls, StringComparison.Ordinal) =>
            Open(FaultKind.Misconfigured, EndpointEffect.Misconfigured, Repeat.Never, "The server has no TLS, and SSL Mode asks for it"),
        _ when e.Message.StartsWith(NoPassword, StringComparison.Ordinal) =>
            Open(FaultKind.Misconfigured, EndpointEffect.Misconfigured, Repeat.Never, "The server wants a password, and there is none"),
        _ when e.Message.StartsWith(PoolerMessages.RefusedBeforeTls, StringComparison.Ordinal) =>
            Open(FaultKind.Overloaded, EndpointEffect.Overloaded, Repeat.Yes, "pgpool: it has no process left for another client"),
        _ => Open(FaultKind.ConnectFailed, EndpointEffect.Check, Repeat.Yes, "The driver got no session"),
    };

    public static Fault OfWork(NpgsqlException e, FaultPhase phase, WorkKind work, bool isSessionAlive)
    {
        var effect = EffectRule.Of(phase, work);
        return e switch
        {
            NpgsqlOperationInProgressException =>
                new(FaultKind.Application, effect, EndpointEffect.None, Repeat.Never, "The session was used by two at once"),
            _ when IsOurOwn(e) => new(FaultKind.Application, effect, EndpointEffect.None, Repeat.Never, "From a call inside the work; judged already"),
            { InnerException: TimeoutException } when IsPoolExhausted(e) =>
                new(FaultKind.Application, effect, EndpointEffect.None, Repeat.Never, "A pool that the work used on its own is exhausted"),

            // The driver gives up a session whose server does not answer its cancelling. If there still is one, the server has said that it cancelled the statement (57014).
            { InnerException: TimeoutException } when isSessionAlive =>
                new(FaultKind.Timeout, EffectRule.Of(phase, work, isRefused: work == WorkKind.Statement), EndpointEffect.Check, Repeat.Never, "Cancelled at its CommandTimeout by a server that is well: once more takes as long"),
            { InnerException: TimeoutException } => new(FaultKind.Timeout, effect, EndpointEffect.Check, Repeat.Yes, "No answer within the time allowed"),
            { InnerException: IOException or SocketException } =>
                new(FaultKind.ConnectionLost, effect, EndpointEffect.Suspect, Repeat.Yes, "The connection broke without a word from the server"),
            _ => new(FaultKind.ConnectionLost, effect, EndpointEffect.Check, Repeat.Yes, "The driver gave the session up"),
        };
    }

    static Fault Open(FaultKind kind, EndpointEffect endpoint, Repeat repeat, string reason) => new(kind, FaultEffect.NotApplied, endpoint, repeat, reason);

    // Our own exceptions come out of calls nested in the work.
    static bool IsOurOwn(NpgsqlException e) => e.GetType().Assembly != typeof(NpgsqlException).Assembly;

    // Npgsql gives it no type of its own; the text is stable since version 3 and a change shows in a test.
    static bool IsPoolExhausted(NpgsqlException e) => e.Message.Contains("pool has been exhausted", StringComparison.Ordinal);
}
