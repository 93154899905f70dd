using ResilientPostgres.Faults;
using ResilientPostgres.Resilience;

namespace ResilientPostgres.Tests.Faults;

/// <summary>What is made of a failure: the fault, and what may be done for a read, an idempotent write and another write.</summary>
readonly record struct Decision(FaultKind Kind, FaultEffect Effect, EndpointEffect Endpoint, Repeat Repeat, string Remedies)
{
    public static Decision Of(Exception exception, FaultPhase phase, WorkKind work, bool isSessionAlive = false)
    {
        var fault = FaultClassifier.Classify(exception, phase, work, isSessionAlive);
        return new Decision(fault.Kind, fault.Effect, fault.Endpoint, fault.Repeat, Fold([.. Remedies3(fault, phase, work)]));
    }

    /// <summary>Three equal remedies are written once.</summary>
    static string Fold(FaultRemedy[] remedies) => remedies.Distinct().Count() == 1 ? remedies[0].ToString() : string.Join(' ', remedies);

    static IEnumerable<FaultRemedy> Remedies3(Fault fault, FaultPhase phase, WorkKind work) =>
        Enum.GetValues<OperationSafety>().Select(s => Repetition.Decide(fault, phase, work, s));
}
