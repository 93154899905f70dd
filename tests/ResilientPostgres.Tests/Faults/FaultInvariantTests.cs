using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Resilience;

namespace ResilientPostgres.Tests.Faults;

/// <summary>What holds whatever was thrown: every code, every message and every exception of the specs, in every situation.</summary>
public sealed class FaultInvariantTests
{
    static readonly string[] _severities = ["ERROR", "FATAL", "PANIC", "FEHLER", ""];

    static readonly Exception[] _everything =
    [
        .. from line in File.ReadAllLines(RepositoryRoot.Of("tests", "specs", "faults", "sqlstates.txt")).Append("ZZ999").Append("4").Append("")
           from severity in _severities
           select new PostgresException("m", severity, severity, line.Length > 5 ? line[..5] : line),
        .. from text in PoolerMessages.All.Select(static m => (m.Code, m.Text)).Concat(SqlStateTable.Rows.Where(static r => r.Text is not null).Select(static r => (r.Code, Text: r.Text!)))
           from severity in _severities
           select new PostgresException(text.Text, severity, severity, text.Code),
        .. FaultSpecTests.All().Select(static c => c.Spec.Thrown.ToException()),
    ];

    static IEnumerable<(Exception Exception, FaultPhase Phase, WorkKind Work, Fault Fault)> Faults =>
        from exception in _everything
        from phase in Enum.GetValues<FaultPhase>()
        from work in Enum.GetValues<WorkKind>()
        select (exception, phase, work, FaultClassifier.Classify(exception, phase, work));

    [Fact]
    public void WriteOfUnknownOutcome_IsNeverRepeated() => Each(static f =>
        f.Fault.Effect != FaultEffect.Unknown
        || Repetition.Decide(f.Fault, f.Phase, f.Work, OperationSafety.NonIdempotent) is FaultRemedy.None or FaultRemedy.Resolve);

    [Fact]
    public void Commit_OfUnknownOutcome_IsNeverRepeated_WhateverTheSafety() => Each(static f =>
        f.Phase != FaultPhase.Commit || f.Fault.Effect != FaultEffect.Unknown || Remedies(f.Fault, f.Phase, f.Work).All(static r => r is FaultRemedy.None or FaultRemedy.Resolve));

    [Fact]
    public void Resolve_IsForCommitsOnly() => Each(static f =>
        f.Phase == FaultPhase.Commit || !Remedies(f.Fault, f.Phase, f.Work).Contains(FaultRemedy.Resolve));

    [Fact]
    public void DelegateThatWrites_IsRepeatedOnlyBeforeItBegan_OrWithProof() => Each(static f =>
        f.Work != WorkKind.Delegate || f.Phase is FaultPhase.Acquire or FaultPhase.Open
        || Repetition.Decide(f.Fault, f.Phase, f.Work, OperationSafety.NonIdempotent) is FaultRemedy.None or FaultRemedy.Resolve);

    [Fact]
    public void Stream_IsNeverRepeated() => Each(static f =>
        f.Phase != FaultPhase.Stream || Remedies(f.Fault, f.Phase, f.Work).All(static r => r == FaultRemedy.None));

    [Fact]
    public void BeforeTheWork_NothingIsApplied() => Each(static f =>
        f.Phase is not (FaultPhase.Acquire or FaultPhase.Open) || f.Fault.Effect == FaultEffect.NotApplied);

    [Fact]
    public void EveryFault_HasAReason() => Each(static f => f.Fault.Reason.Length >= 10 && char.IsLetter(f.Fault.Reason[0]) && !f.Fault.Reason.EndsWith('.'));

    /// <summary>SQL can raise any code as ERROR, and dblink passes on those of others: that must not take an endpoint out.</summary>
    [Fact]
    public void ErrorOnASession_IsNoEvidence() => Each(static f =>
        f.Exception is not PostgresException { InvariantSeverity: "ERROR" } || f.Phase is FaultPhase.Acquire or FaultPhase.Open || !f.Fault.IsEvidence);

    /// <summary>At login nobody's SQL runs: what starts up or ends after a crash says so, and pgpool says that all behind it is down.</summary>
    [Fact]
    public void ErrorAtLogin_IsEvidenceOnlyWhereTheServerOrPoolerSpeaksOfItself() => Each(static f =>
        f.Exception is not PostgresException { InvariantSeverity: "ERROR" } e || !f.Fault.IsEvidence || e.SqlState is "57P02" or "57P03" or "08S01" or "XX000");

    /// <summary>A read and an idempotent write are repeated at least where another write is.</summary>
    [Fact]
    public void Safety_OnlyAdds() => Each(static f => Remedies(f.Fault, f.Phase, f.Work) is var r
        && (r[1] == FaultRemedy.None || r[0] == r[1]) && (r[2] == FaultRemedy.None || r[1] == r[2]));

    [Fact]
    public void NoRowTwice()
    {
        Assert.DoesNotContain(SqlStateTable.Rows.GroupBy(static r => (r.Code, r.Scope, r.Text)), static g => g.Count() > 1);
        Assert.DoesNotContain(PoolerMessages.All.GroupBy(static m => (m.Code, m.Text)), static g => g.Count() > 1);
        Assert.All(SqlStateTable.Rows, static r => Assert.True(r.Code.Length is 0 or 2 or 5, r.Code));
        Assert.True(SqlStateTable.Rows.Count() > 80);
    }

    /// <summary>A message never hides behind a shorter one that stands before it.</summary>
    [Fact]
    public void EveryPoolerMessage_IsFound() => Assert.All(
        PoolerMessages.All,
        static m => Assert.Equal(m, PoolerMessages.Find(m.Code, m.Text + " x", m.Scope == SqlStateScope.Error ? m.Scope : SqlStateScope.Fatal, m.Scope == SqlStateScope.Login)));

    /// <summary>Every row decides something: none is hidden behind another.</summary>
    [Fact]
    public void EveryRow_IsFound() => Assert.All(
        SqlStateTable.Rows.Where(static r => r.Code.Length > 0),
        static r => Assert.Equal(r, SqlStateTable.Find(
            r.Code.Length == 2 ? r.Code + "ZZZ" : r.Code,
            r.Text ?? "m",
            r.Scope == SqlStateScope.Error ? r.Scope : SqlStateScope.Fatal,
            r.Scope == SqlStateScope.Login)));

    static FaultRemedy[] Remedies(in Fault fault, FaultPhase phase, WorkKind work)
    {
        var copy = fault;
        return [.. Enum.GetValues<OperationSafety>().Select(s => Repetition.Decide(copy, phase, work, s))];
    }

    static void Each(Func<(Exception Exception, FaultPhase Phase, WorkKind Work, Fault Fault), bool> holds)
    {
        var wrong = Faults.Where(f => !holds(f)).Take(5).Select(static f => $"{f.Phase} {f.Work} {f.Exception.GetType().Name} {f.Exception.Message}: {f.Fault}").ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.True(_everything.Length > 1000);
    }
}
