namespace ResilientPostgres.Faults;

/// <summary>What a pooler says itself, under a code that tells nothing.</summary>
/// <param name="Code">The code it comes with; with no other is the text the pooler's.</param>
/// <param name="Scope">As in a <see cref="SqlStateRow"/>.</param>
/// <param name="Text">How the message begins.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Endpoint">What it says about the endpoint, which is the pooler.</param>
/// <param name="Repeat">Whether another attempt can come out differently.</param>
/// <param name="IsNeverSent">The pooler handed nothing to a server.</param>
/// <param name="Reason">Why, for people.</param>
readonly record struct PoolerMessage(
    string Code, SqlStateScope Scope, string Text, FaultKind Kind, EndpointEffect Endpoint, Repeat Repeat, bool IsNeverSent, string Reason);
