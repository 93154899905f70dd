namespace ResilientPostgres.Tests.Routing;

/// <summary>Where the request may go.</summary>
sealed class RoutingOutcome
{
    /// <summary>Exactly the endpoints that come up over many draws; none if it has to wait.</summary>
    public required List<string> Candidates { get; init; }

    /// <summary>Why each endpoint that never comes up does not. Every one of them must be named.</summary>
    public required Dictionary<string, RejectionReason> Reasons { get; init; }

    public Dictionary<string, double>? Frequencies { get; init; }

    public double Tolerance { get; init; } = 0.02;
}
