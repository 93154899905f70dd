namespace ResilientPostgres.Calls;

/// <summary>How one attempt came out.</summary>
/// <param name="Result">What it returned, if it succeeded.</param>
/// <param name="Failure">What went wrong, if anything.</param>
readonly record struct Attempt<T>(T Result, AttemptFailure? Failure = null)
{
    public static implicit operator Attempt<T>(AttemptFailure failure) => new(default!, failure);
}
