namespace ResilientPostgres.Tests.Routing;

/// <summary>One server as it stands.</summary>
sealed class RoutingEndpoint
{
    public required string Name { get; init; }

    /// <summary>Which server answers under this name; one of its own if left out.</summary>
    public string? Server { get; init; }

    public required EndpointRole Role { get; init; }

    public EndpointStatus Status { get; init; } = EndpointStatus.Available;

    public int Weight { get; init; } = 1;

    /// <summary>Proven bound in milliseconds; nothing is proven if left out.</summary>
    public int? Lag { get; init; }

    public int InFlight { get; init; }

    /// <summary>Its one label, as key=value.</summary>
    public string? Label { get; init; }

    /// <summary>Its circuit breaker keeps calls away for now.</summary>
    public bool IsCircuitOpen { get; init; }

    /// <summary>Round trip of a probe in milliseconds.</summary>
    public double Latency { get; init; } = 1;
}
