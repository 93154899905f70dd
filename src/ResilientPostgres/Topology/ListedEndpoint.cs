namespace ResilientPostgres;

/// <summary>One endpoint as a provider lists it.</summary>
/// <param name="Endpoint">Which endpoint. A <see cref="Endpoint.Weight"/> of 0, <see cref="Endpoint.CanBecomePrimary"/> and labels are the provider's to set; what the options say of the same host and port goes before it.</param>
public sealed record ListedEndpoint(Endpoint Endpoint)
{
    /// <summary>
    /// What the provider takes it for. Only a hint: what an endpoint is, its probe shows. It does confirm a takeover: a server that accepts writes on a
    /// higher timeline and is listed as the primary is followed though the old one still answers.
    /// </summary>
    public EndpointRole Role { get; init; }

    /// <summary>More for people, shown in the topology's dump: state, lag, tags.</summary>
    public string? Note { get; init; }

    /// <summary>One line for people.</summary>
    /// <returns>Name, role and note.</returns>
    public override string ToString() => Endpoint.Name + (Role == EndpointRole.Unknown ? "" : $" {Role}") + (Note is null ? "" : $" ({Note})");
}
