namespace ResilientPostgres;

/// <summary>The caller's token was cancelled; says whether the call may have been applied nevertheless.</summary>
public sealed class CallCanceledException : OperationCanceledException
{
    internal CallCanceledException(FaultEffect effect, Endpoint? endpoint, Exception? cause, CancellationToken token)
        : base(Describe(effect, endpoint), cause, token)
    {
        Effect = effect;
        Endpoint = endpoint;
    }

    /// <summary>What the call did to the data: nothing, or nobody knows.</summary>
    public FaultEffect Effect { get; }

    /// <summary>Where it was running, if it was.</summary>
    public Endpoint? Endpoint { get; }

    static string Describe(FaultEffect effect, Endpoint? endpoint) =>
        effect == FaultEffect.NotApplied
            ? "The call was cancelled; nothing was applied."
            : $"The call was cancelled while a write to {endpoint?.Name} was under way; it may have been applied.";
}
