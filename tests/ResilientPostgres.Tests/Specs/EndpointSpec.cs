namespace ResilientPostgres.Tests.Specs;

/// <summary>A server as configured.</summary>
sealed class EndpointSpec
{
    public required string Name { get; init; }

    public int Weight { get; init; } = 1;

    public bool CanBecomePrimary { get; init; } = true;

    public EndpointRole ListedAs { get; init; }

    public Endpoint ToEndpoint() => Spec.Endpoint(Name, Weight, CanBecomePrimary);

    public ListedEndpoint ToListed() => new(ToEndpoint()) { Role = ListedAs };
}
