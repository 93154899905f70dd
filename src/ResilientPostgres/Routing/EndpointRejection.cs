namespace ResilientPostgres;

/// <summary>Why one endpoint was not chosen.</summary>
/// <param name="Endpoint">The endpoint as it was then.</param>
/// <param name="Reason">The first rule that kept it out.</param>
/// <param name="Lag">The proven bound of its replication lag then; <see langword="null"/> where nothing was proven or asked.</param>
public sealed record EndpointRejection(EndpointSnapshot Endpoint, RejectionReason Reason, TimeSpan? Lag)
{
    /// <summary>One line for people.</summary>
    /// <returns>The endpoint and the reason.</returns>
    public override string ToString() => Reason switch
    {
        RejectionReason.NotAvailable => Endpoint.ToString(),
        RejectionReason.TooStale => $"{Endpoint.Endpoint.Name} {Reason}: {(Lag is { } lag ? $"up to {lag.TotalMilliseconds:F0} ms behind" : "nothing is proven about its lag; that takes a primary that answers")}",
        RejectionReason.NotConfirmed when Endpoint.Reason is { } why => $"{Endpoint.Endpoint.Name} {Reason}: {why}",
        _ => $"{Endpoint.Endpoint.Name} {Reason}",
    };
}
