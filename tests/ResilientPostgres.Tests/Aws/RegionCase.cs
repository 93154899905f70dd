using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Aws;

/// <summary>A host name and the region it tells.</summary>
sealed class RegionCase : ISpecCase
{
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required string? Region { get; init; }
}
