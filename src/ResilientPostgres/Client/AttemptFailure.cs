using ResilientPostgres.Faults;

namespace ResilientPostgres.Client;

/// <summary>One failed attempt, understood.</summary>
/// <param name="Exception">What was thrown.</param>
/// <param name="Fault">What that means.</param>
/// <param name="Aborted">Why we ended it, if we did.</param>
/// <param name="IsProvenUndone">The whole attempt left nothing.</param>
/// <param name="IsUnwound">The work has come back.</param>
readonly record struct AttemptFailure(Exception Exception, Fault Fault, AbortReason Aborted, bool IsProvenUndone, bool IsUnwound);
