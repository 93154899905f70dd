using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Lag;

/// <summary>A stream of observations, with the bounds that are proven in between.</summary>
sealed class LagCase : ISpecCase
{
    public required string Name { get; init; }

    public required List<EndpointSpec> Endpoints { get; init; }

    public required List<LagStep> Steps { get; init; }
}
