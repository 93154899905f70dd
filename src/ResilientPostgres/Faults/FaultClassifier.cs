using System.Net.Sockets;
using Npgsql;

namespace ResilientPostgres.Faults;

/// <summary>Exception, phase and work in, what happened out. Pure.</summary>
static class FaultClassifier
{
    /// <param name="exception">What was thrown.</param>
    /// <param name="phase">How far it had come.</param>
    /// <param name="work">What it consisted of.</param>
    /// <param name="isSessionAlive">The session is still open behind it.</param>
    public static Fault Classify(Exception exception, FaultPhase phase, WorkKind work, bool isSessionAlive = false)
    {
        var isOpening = phase is FaultPhase.Acquire or FaultPhase.Open;
        return ExceptionShell.Unwrap(exception) switch
        {
            PostgresException server => ServerFault.Of(server, phase, work),
            NpgsqlException driver => isOpening ? DriverFault.OfOpen(driver) : DriverFault.OfWork(driver, phase, work, isSessionAlive),
            var other when isOpening => OfOpen(other),

            var slip when StalePreparation.IsSlip(slip) =>
                new Fault(FaultKind.Statement, EffectRule.Of(phase, work), EndpointEffect.None, Repeat.Once, "The driver stumbled over a prepared statement whose table has changed"),

            // While work runs, other bare types come from the work's own doings (another service, another clock), never from Npgsql.
            _ => new Fault(FaultKind.Application, EffectRule.Of(phase, work), EndpointEffect.None, Repeat.Never, "Not an exception of the database"),
        };
    }

    static Fault OfOpen(Exception exception)
    {
        var (kind, endpoint, repeat, reason) = exception switch
        {
            // A pool that was retired between the choice and the open; there is a newer one.
            ObjectDisposedException => (FaultKind.ConnectFailed, EndpointEffect.None, Repeat.Yes, "The pool was replaced meanwhile"),
            SocketException or IOException => (FaultKind.ConnectFailed, EndpointEffect.Suspect, Repeat.Yes, "The server was not reached"),
            TimeoutException => (FaultKind.ConnectFailed, EndpointEffect.Check, Repeat.Yes, "No session within the time allowed"),
            _ => (FaultKind.Application, EndpointEffect.None, Repeat.Never, "Not an exception of the database"),
        };
        return new Fault(kind, FaultEffect.NotApplied, endpoint, repeat, reason);
    }
}
