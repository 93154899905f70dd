using ResilientPostgres.Endpoints;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Endpoints;

/// <summary>A host name, and what it is taken for: nothing of RDS's if no kind is given.</summary>
sealed class RdsNameCase : ISpecCase
{
    public required string Name { get; init; }

    public required string Host { get; init; }

    public RdsHostKind? Kind { get; init; }

    /// <summary>What it is called itself.</summary>
    public string? Own { get; init; }

    public string? Region { get; init; }

    /// <summary>The host name of an instance i-2 beside it.</summary>
    public string? Instance { get; init; }
}
