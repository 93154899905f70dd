using System.Net.Sockets;
using Npgsql;
using ResilientPostgres.Faults;

namespace ResilientPostgres.Tests.Faults;

public sealed class FaultClassifierTests
{
    /// <summary>Code, severity, phase; kind, effect, doubt, evidence.</summary>
    [Theory]
    [InlineData("25006", "ERROR", "Execute", FaultKind.ReadOnlyServer, FaultEffect.NotApplied, true, false)]
    [InlineData("40001", "ERROR", "Execute", FaultKind.Concurrency, FaultEffect.NotApplied, false, false)]
    [InlineData("40P01", "ERROR", "Execute", FaultKind.Concurrency, FaultEffect.NotApplied, false, false)]
    [InlineData("57P01", "FATAL", "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, true, false)]
    [InlineData("57P01", "FATAL", "Acquire", FaultKind.ConnectionLost, FaultEffect.NotApplied, true, false)]
    [InlineData("57P02", "FATAL", "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, true, true)]
    [InlineData("57P03", "FATAL", "Acquire", FaultKind.StartingUp, FaultEffect.NotApplied, true, true)]
    [InlineData("57P05", "FATAL", "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, false, false)]
    [InlineData("57014", "ERROR", "Execute", FaultKind.Statement, FaultEffect.NotApplied, false, false)]
    [InlineData("28P01", "FATAL", "Acquire", FaultKind.Misconfigured, FaultEffect.NotApplied, true, false)]
    [InlineData("28000", "FATAL", "Acquire", FaultKind.Misconfigured, FaultEffect.NotApplied, true, false)]
    [InlineData("3D000", "FATAL", "Acquire", FaultKind.Misconfigured, FaultEffect.NotApplied, true, false)]
    [InlineData("3D000", "ERROR", "Execute", FaultKind.Statement, FaultEffect.NotApplied, false, false)]
    [InlineData("53300", "FATAL", "Acquire", FaultKind.Overloaded, FaultEffect.NotApplied, false, false)]
    [InlineData("53100", "ERROR", "Execute", FaultKind.Overloaded, FaultEffect.NotApplied, false, false)]
    [InlineData("53200", "ERROR", "Execute", FaultKind.Overloaded, FaultEffect.NotApplied, false, false)]
    [InlineData("08006", "FATAL", "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, true, false)]
    [InlineData("08P01", "FATAL", "Acquire", FaultKind.ConnectionLost, FaultEffect.NotApplied, true, false)]
    [InlineData("08006", "ERROR", "Execute", FaultKind.Statement, FaultEffect.NotApplied, false, false)]
    [InlineData("08001", "ERROR", "Execute", FaultKind.Statement, FaultEffect.NotApplied, false, false)]
    [InlineData("25P03", "FATAL", "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, false, false)]
    [InlineData("XX000", "PANIC", "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, false, false)]
    [InlineData("42601", "ERROR", "Execute", FaultKind.Statement, FaultEffect.NotApplied, false, false)]
    [InlineData("23505", "ERROR", "Execute", FaultKind.Statement, FaultEffect.NotApplied, false, false)]
    [InlineData("42501", "ERROR", "Execute", FaultKind.Statement, FaultEffect.NotApplied, false, false)]
    [InlineData("25P02", "ERROR", "Execute", FaultKind.Statement, FaultEffect.NotApplied, false, false)]
    [InlineData("22012", "ERROR", "Execute", FaultKind.Statement, FaultEffect.NotApplied, false, false)]
    public void Classify_ServerAnswer_BySqlStateSeverityAndPhase(
        string code, string severity, string phase, FaultKind kind, FaultEffect effect, bool doubt, bool evidence)
    {
        var fault = FaultClassifier.Classify(new PostgresException("m", "localised", severity, code), Enum.Parse<FaultPhase>(phase));
        Assert.Equal(new Fault(kind, effect, doubt, evidence), fault);
    }

    public static TheoryData<Exception, string, FaultKind, FaultEffect, bool, bool> OfDriver => new()
    {
        { new NpgsqlException("x", new SocketException(111)), "Acquire", FaultKind.ConnectFailed, FaultEffect.NotApplied, true, true },
        { new NpgsqlException("x", new SocketException(104)), "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, true, true },
        { new NpgsqlException("x", new IOException()), "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, true, true },
        { new NpgsqlException("x", new EndOfStreamException()), "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, true, true },
        { new NpgsqlException("x", new TimeoutException()), "Execute", FaultKind.Timeout, FaultEffect.Unknown, true, false },
        { new NpgsqlException("The operation has timed out", new TimeoutException()), "Acquire", FaultKind.ConnectFailed, FaultEffect.NotApplied, true, false },
        { new NpgsqlException("The connection pool has been exhausted, either raise…", new TimeoutException()), "Acquire", FaultKind.Overloaded, FaultEffect.NotApplied, false, false },
        { new NpgsqlException("x"), "Acquire", FaultKind.ConnectFailed, FaultEffect.NotApplied, true, false },
        { new NpgsqlException("x"), "Execute", FaultKind.ConnectionLost, FaultEffect.Unknown, true, false },
        { new SocketException(104), "Acquire", FaultKind.ConnectFailed, FaultEffect.NotApplied, true, true },
        { new IOException(), "Acquire", FaultKind.ConnectFailed, FaultEffect.NotApplied, true, true },
        { new TimeoutException(), "Acquire", FaultKind.ConnectFailed, FaultEffect.NotApplied, true, false },

        // Not Npgsql's while work runs: the work has called another service.
        { new SocketException(104), "Execute", FaultKind.Application, FaultEffect.Unknown, false, false },
        { new IOException(), "Execute", FaultKind.Application, FaultEffect.Unknown, false, false },
        { new TimeoutException(), "Execute", FaultKind.Application, FaultEffect.Unknown, false, false },
        { new ObjectDisposedException("pool"), "Acquire", FaultKind.ConnectFailed, FaultEffect.NotApplied, false, false },
        { new ObjectDisposedException("mine"), "Execute", FaultKind.Application, FaultEffect.Unknown, false, false },
        { new InvalidOperationException("mine"), "Execute", FaultKind.Application, FaultEffect.Unknown, false, false },
        { new InvalidOperationException("mine"), "Acquire", FaultKind.Application, FaultEffect.NotApplied, false, false },
        { new OperationCanceledException(), "Execute", FaultKind.Application, FaultEffect.Unknown, false, false },
        { new OutcomeUnknownException(new Endpoint("a"), new IOException()), "Execute", FaultKind.Application, FaultEffect.Unknown, false, false },
    };

    [Theory]
    [MemberData(nameof(OfDriver), DisableDiscoveryEnumeration = true)]
    public void Classify_NoServerAnswer_ByPhase(Exception exception, string phase, FaultKind kind, FaultEffect effect, bool doubt, bool evidence) =>
        Assert.Equal(new Fault(kind, effect, doubt, evidence), FaultClassifier.Classify(exception, Enum.Parse<FaultPhase>(phase)));

    [Fact]
    public void Classify_ExceptionHiddenByOthers_IsFound()
    {
        var serialization = new PostgresException("m", "ERROR", "ERROR", "40001");
        Assert.Equal(FaultKind.Concurrency, FaultClassifier.Classify(new AggregateException(serialization), FaultPhase.Execute).Kind);
        Assert.Equal(FaultKind.Concurrency, FaultClassifier.Classify(new InvalidOperationException("ef", serialization), FaultPhase.Execute).Kind);
        Assert.Equal(
            FaultKind.Concurrency,
            FaultClassifier.Classify(new AggregateException(new InvalidOperationException("ef", serialization)), FaultPhase.Execute).Kind);
        Assert.Equal(FaultKind.Application, FaultClassifier.Classify(new AggregateException(serialization, new IOException()), FaultPhase.Execute).Kind);
    }

    /// <summary>Nothing was sent: whatever happened while a session was fetched, nothing was applied.</summary>
    [Fact]
    public void Classify_DuringAcquire_IsNeverUnknown()
    {
        string[] codes = ["08006", "25006", "28P01", "3D000", "40001", "42601", "53300", "57P01", "57P02", "57P03", "57P05", "XX000"];
        foreach (var severity in (string[])["ERROR", "FATAL", "PANIC"])
        {
            Assert.All(codes, c => Assert.Equal(
                FaultEffect.NotApplied, FaultClassifier.Classify(new PostgresException("m", severity, severity, c), FaultPhase.Acquire).Effect));
        }
    }

    [Theory]
    [InlineData(FaultKind.Application, false)]
    [InlineData(FaultKind.Statement, false)]
    [InlineData(FaultKind.Misconfigured, false)]
    [InlineData(FaultKind.Concurrency, true)]
    [InlineData(FaultKind.ReadOnlyServer, true)]
    [InlineData(FaultKind.ConnectionLost, true)]
    [InlineData(FaultKind.ConnectFailed, true)]
    [InlineData(FaultKind.StartingUp, true)]
    [InlineData(FaultKind.Overloaded, true)]
    [InlineData(FaultKind.Timeout, true)]
    public void MayPass_ByKind(FaultKind kind, bool mayPass) => Assert.Equal(mayPass, new Fault(kind, FaultEffect.Unknown).MayPass);

    [Fact]
    public void OutcomeUnknown_IsNeverTransient_AndSaysWhereAndWhy()
    {
        var unknown = new OutcomeUnknownException(new Endpoint("pg-a"), new IOException("torn"));
        Assert.False(unknown.IsTransient);
        Assert.Contains("pg-a:5432", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("torn", unknown.Message, StringComparison.Ordinal);
    }
}
