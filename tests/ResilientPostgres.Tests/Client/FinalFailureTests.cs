using ResilientPostgres.Calls;
using ResilientPostgres.Faults;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Tests.Client;

public sealed class FinalFailureTests
{
    [Theory]
    [InlineData(AbortReason.None, FaultKind.ConnectionLost)]
    [InlineData(AbortReason.EndpointDown, FaultKind.ConnectionLost)]
    [InlineData(AbortReason.AttemptTimeout, FaultKind.Timeout)]
    public void CommitProvenNotApplied_SaysThatAgainIsSafe(object aborted, FaultKind kind)
    {
        var fault = new Fault(kind, FaultEffect.NotApplied, EndpointEffect.None, Repeat.Yes, "rolled back");
        var failure = new AttemptFailure(new IOException("torn"), fault, FaultPhase.Commit, null, (AbortReason)aborted, IsProvenUndone: true) { Evidence = new CommitEvidence { Reason = "the log has another record" } };

        var error = Assert.Throws<CallFailedException>(() => FinalFailure.Throw(failure, [], OperationSafety.NonIdempotent, null, static () => null!, CancellationToken.None));

        Assert.EndsWith("The transaction was not committed (the log has another record): running it again is safe.", error.Message, StringComparison.Ordinal);
    }
}
