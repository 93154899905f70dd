using Npgsql;

namespace ResilientPostgres;

/// <summary>No endpoint would do within the time allowed; nothing was sent. The decision says why for each endpoint.</summary>
public sealed class NoSuitableEndpointException : NpgsqlException
{
    internal NoSuitableEndpointException(RoutingDecision decision, TimeSpan waited, bool isTransient, Exception? last)
        : base($"No endpoint for {decision.Preference} within {waited.TotalSeconds:0.0##} s{(isTransient ? " (TotalTimeout)" : "")}. {decision}", last)
    {
        Decision = decision;
        IsTransient = isTransient;
    }

    /// <summary>What was asked for, and why each endpoint would not do.</summary>
    public RoutingDecision Decision { get; }

    /// <summary>Whether waiting longer may help: not if every endpoint is misconfigured or foreign.</summary>
    public override bool IsTransient { get; }
}
