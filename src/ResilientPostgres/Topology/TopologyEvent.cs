namespace ResilientPostgres;

/// <summary>One thing that happened to the cluster, in words an operator understands.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Endpoint">Which endpoint, if one.</param>
/// <param name="Message">The sentence that also stands in the log.</param>
/// <param name="Snapshot">The cluster after it.</param>
public sealed record TopologyEvent(TopologyEventKind Kind, Endpoint? Endpoint, string Message, TopologySnapshot Snapshot)
{
    /// <summary>The sentence.</summary>
    /// <returns><see cref="Message"/>.</returns>
    public override string ToString() => Message;
}
