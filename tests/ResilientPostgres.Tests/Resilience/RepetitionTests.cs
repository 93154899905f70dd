using ResilientPostgres.Faults;
using ResilientPostgres.Resilience;

namespace ResilientPostgres.Tests.Resilience;

public sealed class RepetitionTests
{
    static readonly FaultKind[] _hopeless = [FaultKind.Application, FaultKind.Statement, FaultKind.Misconfigured];

    /// <summary>The whole table: 10 kinds, 2 phases, 3 safeties, proven undone or not.</summary>
    [Fact]
    public void IsAllowed_WholeTable()
    {
        var allowed = 0;
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            foreach (var phase in Enum.GetValues<FaultPhase>())
            {
                foreach (var safety in Enum.GetValues<OperationSafety>())
                {
                    foreach (var undone in (bool[])[false, true])
                    {
                        var expected = !_hopeless.Contains(kind)
                            && (phase == FaultPhase.Acquire || safety is OperationSafety.ReadOnly or OperationSafety.Idempotent || undone);
                        var actual = Repetition.IsAllowed(new Fault(kind, FaultEffect.Unknown), phase, safety, undone);
                        Assert.True(expected == actual, $"{kind} {phase} {safety} undone={undone}: {actual}");
                        allowed += actual ? 1 : 0;
                    }
                }
            }
        }

        Assert.Equal(7 * (6 + 5), allowed);
    }

    /// <summary>The one line everything else is for.</summary>
    [Fact]
    public void IsAllowed_WriteSentWithoutAnswer_Never() =>
        Assert.All(
            Enum.GetValues<FaultKind>(),
            static kind => Assert.False(Repetition.IsAllowed(
                new Fault(kind, FaultEffect.Unknown), FaultPhase.Execute, OperationSafety.NonIdempotent, isProvenUndone: false)));
}
