namespace ResilientPostgres.AspNetCore.Health;

/// <summary>One endpoint, for people and programs outside.</summary>
/// <param name="Endpoint">Host and port.</param>
/// <param name="Role">Its role.</param>
/// <param name="Status">Its status.</param>
/// <param name="LagMilliseconds">How far a standby is behind at most; null if nothing is proven about it.</param>
sealed record EndpointHealth(string Endpoint, EndpointRole Role, EndpointStatus Status, double? LagMilliseconds)
{
    public static EndpointHealth Of(EndpointSnapshot endpoint, ResilientTopology topology) => new(
        endpoint.Endpoint.Name,
        endpoint.Role,
        endpoint.Status,
        endpoint.Role == EndpointRole.Standby && topology.ReplicationLag(endpoint.Endpoint) is { } lag ? Math.Round(lag.TotalMilliseconds, 1) : null);

    public override string ToString() => $"{Role} {Status}" + (LagMilliseconds is { } lag ? FormattableString.Invariant($", at most {lag} ms behind") : "");
}
