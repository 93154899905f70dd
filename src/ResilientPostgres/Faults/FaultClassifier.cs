using System.Net.Sockets;
using Npgsql;

namespace ResilientPostgres.Faults;

/// <summary>Exception and phase in, what happened out. Pure.</summary>
static class FaultClassifier
{
    public static Fault Classify(Exception exception, FaultPhase phase)
    {
        var effect = phase == FaultPhase.Acquire ? FaultEffect.NotApplied : FaultEffect.Unknown;
        return Unwrap(exception) switch
        {
            PostgresException postgres => OfServer(postgres, phase),
            NpgsqlException npgsql => OfDriver(npgsql, phase, effect),

            // A pool that was retired between the choice and the open; there is a newer one.
            ObjectDisposedException when phase == FaultPhase.Acquire => new Fault(FaultKind.ConnectFailed, effect),

            // While work runs, these bare types come from the work's own doings (another service, another clock), never from Npgsql.
            SocketException or IOException when phase == FaultPhase.Acquire => new Fault(FaultKind.ConnectFailed, effect, IsDoubt: true, IsEvidence: true),
            TimeoutException when phase == FaultPhase.Acquire => new Fault(FaultKind.ConnectFailed, effect, IsDoubt: true),
            _ => new Fault(FaultKind.Application, effect),
        };
    }

    /// <summary>EF Core and Task.Wait hide the driver's exception inside their own.</summary>
    static Exception Unwrap(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Unwrap(only),
        InvalidOperationException { InnerException: NpgsqlException inner } => inner,
        _ => exception,
    };

    static Fault OfServer(PostgresException e, FaultPhase phase)
    {
        // ERROR is about the statement, FATAL about the session; the same code inside an ERROR may tell of a foreign server (dblink).
        var isFatal = e.InvariantSeverity is "FATAL" or "PANIC";
        var effect = isFatal && phase == FaultPhase.Execute ? FaultEffect.Unknown : FaultEffect.NotApplied;
        return e.SqlState switch
        {
            "25006" => new Fault(FaultKind.ReadOnlyServer, effect, IsDoubt: true),
            "40001" or "40P01" => new Fault(FaultKind.Concurrency, effect),
            "57P01" when isFatal => new Fault(FaultKind.ConnectionLost, effect, IsDoubt: true),
            "57P02" => new Fault(FaultKind.ConnectionLost, effect, IsDoubt: true, IsEvidence: true),
            "57P03" => new Fault(FaultKind.StartingUp, effect, IsDoubt: true, IsEvidence: true),
            "57P05" => new Fault(FaultKind.ConnectionLost, effect),
            "28000" or "28P01" or "3D000" when phase == FaultPhase.Acquire => new Fault(FaultKind.Misconfigured, effect, IsDoubt: true),
            var code when code.StartsWith("53", StringComparison.Ordinal) => new Fault(FaultKind.Overloaded, effect),
            var code when isFatal && code.StartsWith("08", StringComparison.Ordinal) => new Fault(FaultKind.ConnectionLost, effect, IsDoubt: true),
            _ when isFatal => new Fault(FaultKind.ConnectionLost, effect),
            _ => new Fault(FaultKind.Statement, effect),
        };
    }

    static Fault OfDriver(NpgsqlException e, FaultPhase phase, FaultEffect effect) => (e, phase) switch
    {
        (NpgsqlOperationInProgressException, _) => new Fault(FaultKind.Application, effect),

        // Our own exceptions come out of calls nested in the work; they have been judged already.
        _ when e.GetType().Assembly != typeof(NpgsqlException).Assembly => new Fault(FaultKind.Application, effect),
        ({ InnerException: SocketException }, FaultPhase.Acquire) => new Fault(FaultKind.ConnectFailed, effect, IsDoubt: true, IsEvidence: true),
        ({ InnerException: TimeoutException }, FaultPhase.Acquire) when IsPoolExhausted(e) => new Fault(FaultKind.Overloaded, effect),
        ({ InnerException: TimeoutException }, FaultPhase.Acquire) => new Fault(FaultKind.ConnectFailed, effect, IsDoubt: true),
        ({ InnerException: TimeoutException }, _) => new Fault(FaultKind.Timeout, effect, IsDoubt: true),
        ({ InnerException: IOException or SocketException }, _) => new Fault(FaultKind.ConnectionLost, effect, IsDoubt: true, IsEvidence: true),
        (_, FaultPhase.Acquire) => new Fault(FaultKind.ConnectFailed, effect, IsDoubt: true),
        _ => new Fault(FaultKind.ConnectionLost, effect, IsDoubt: true),
    };

    // Npgsql gives it no type of its own; the text is stable since version 3 and a change shows in a test.
    static bool IsPoolExhausted(NpgsqlException e) => e.Message.Contains("pool has been exhausted", StringComparison.Ordinal);
}
