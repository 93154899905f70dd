using ResilientPostgres.Faults;
using ResilientPostgres.Resilience;

namespace ResilientPostgres.Tests.Resilience;

public sealed class RepetitionTests
{
    /// <summary>For a read, an idempotent write, another write; the last once more with a proof that nothing was left.</summary>
    [Theory]
    [InlineData("Execute", "Statement", FaultEffect.Unknown, "Yes", "Repeat Repeat None Repeat")]
    [InlineData("Execute", "Statement", FaultEffect.NotApplied, "Yes", "Repeat Repeat Repeat Repeat")]
    [InlineData("Execute", "Transaction", FaultEffect.NotApplied, "Yes", "Repeat Repeat Repeat Repeat")]
    [InlineData("Execute", "Delegate", FaultEffect.NotApplied, "Yes", "Repeat Repeat None Repeat")]
    [InlineData("Execute", "Statement", FaultEffect.NotApplied, "Once", "RepeatOnce RepeatOnce RepeatOnce RepeatOnce")]
    [InlineData("Execute", "Statement", FaultEffect.NotApplied, "ReadOnce", "RepeatOnce None None None")]
    [InlineData("Execute", "Statement", FaultEffect.NotApplied, "OnPrimary", "RepeatOnPrimary None None None")]
    [InlineData("Execute", "Statement", FaultEffect.NotApplied, "Never", "None None None None")]
    [InlineData("Execute", "Statement", FaultEffect.Applied, "Yes", "None None None None")]
    [InlineData("Stream", "Statement", FaultEffect.NotApplied, "Yes", "None None None None")]
    [InlineData("Stream", "Statement", FaultEffect.Unknown, "Once", "None None None None")]
    [InlineData("Acquire", "Delegate", FaultEffect.NotApplied, "Yes", "Repeat Repeat Repeat Repeat")]
    [InlineData("Open", "Delegate", FaultEffect.NotApplied, "Once", "Repeat Repeat Repeat Repeat")]
    [InlineData("Open", "Transaction", FaultEffect.NotApplied, "Never", "None None None None")]
    [InlineData("Commit", "Transaction", FaultEffect.Unknown, "Yes", "Resolve Resolve Resolve Repeat")]
    [InlineData("Commit", "Transaction", FaultEffect.Unknown, "Never", "Resolve Resolve Resolve None")]
    [InlineData("Commit", "Transaction", FaultEffect.NotApplied, "Yes", "Repeat Repeat Repeat Repeat")]
    [InlineData("Commit", "Transaction", FaultEffect.NotApplied, "Never", "None None None None")]
    [InlineData("Commit", "Transaction", FaultEffect.NotApplied, "ReadOnce", "RepeatOnce None None None")]
    [InlineData("Commit", "Delegate", FaultEffect.NotApplied, "Yes", "Repeat Repeat None Repeat")]
    public void Decide_ByPhaseWorkAndEffect(string phase, string work, FaultEffect effect, string repeat, string expected)
    {
        var fault = new Fault(FaultKind.ConnectionLost, effect, EndpointEffect.None, Enum.Parse<Repeat>(repeat), "reason");
        FaultRemedy[] actual =
        [
            Decide(fault, OperationSafety.ReadOnly, false),
            Decide(fault, OperationSafety.Idempotent, false),
            Decide(fault, OperationSafety.NonIdempotent, false),
            Decide(fault, OperationSafety.NonIdempotent, true),
        ];
        Assert.Equal(expected, string.Join(' ', actual));

        FaultRemedy Decide(in Fault f, OperationSafety safety, bool isProvenUndone) =>
            Repetition.Decide(f, Enum.Parse<FaultPhase>(phase), Enum.Parse<WorkKind>(work), safety, isProvenUndone);
    }

    /// <summary>The caller gave up while the COMMIT was under way: nobody is left to ask for.</summary>
    [Fact]
    public void Decide_CommitGivenUpByTheCaller_IsNotResolved()
    {
        var fault = new Fault(FaultKind.Application, FaultEffect.Unknown, EndpointEffect.None, Repeat.Never, "reason");
        Assert.Equal(FaultRemedy.None, Repetition.Decide(fault, FaultPhase.Commit, WorkKind.Transaction, OperationSafety.NonIdempotent));
    }
}
