namespace ResilientPostgres.Tests.Specs;

/// <summary>A server as configured.</summary>
sealed class EndpointSpec
{
    public required string Name { get; init; }

    public int Weight { get; init; } = 1;

    public bool CanBecomePrimary { get; init; } = true;

    public Endpoint ToEndpoint() => new(Name, weight: Weight, canBecomePrimary: CanBecomePrimary);
}
