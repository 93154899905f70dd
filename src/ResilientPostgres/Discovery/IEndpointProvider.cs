namespace ResilientPostgres;

/// <summary>
/// Where endpoints come from, when they are more than a list of hosts: a name server, a cluster manager, a function of the servers themselves. It says which
/// there are; what each of them <em>is</em> is verified by its probe. One per cluster, registered by <c>AddEndpointProvider</c>; disposed with the data
/// source if it is disposable.
/// </summary>
public interface IEndpointProvider
{
    /// <summary>What it asks, for logs and the topology's dump: <c>DNS pg.example</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Lists the endpoints, all of them. Asked at the start, again before the answer is older than it may be, and at once (then every second) while anything is in doubt.
    /// Never called twice at the same time: one that goes on after it was cancelled is asked again when it has ended. If it throws, takes longer than <see cref="MonitoringOptions.DiscoveryTimeout"/> or lists nothing or what can't be dialled, the last good answer goes on being
    /// used and the log says so.
    /// </summary>
    /// <param name="query">What is known so far, and what an answer may need.</param>
    /// <param name="cancellationToken">Cancelled when the time is up or the data source is disposed.</param>
    /// <returns>The endpoints.</returns>
    Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken);
}
