namespace ResilientPostgres.Faults;

/// <summary>What a code means.</summary>
/// <param name="Code">Five characters, or the two of a whole class, or none: any code.</param>
/// <param name="Scope">Which answers with that code.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Endpoint">What it says about the endpoint.</param>
/// <param name="Repeat">Whether another attempt can come out differently.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Text">If given, the row holds only for messages that contain it. (A server that speaks another language gets the row without.)</param>
/// <param name="Effect">If given, what is known of the statement in spite of its severity.</param>
readonly record struct SqlStateRow(
    string Code, SqlStateScope Scope, FaultKind Kind, EndpointEffect Endpoint, Repeat Repeat, string Reason, string? Text = null, FaultEffect? Effect = null);
