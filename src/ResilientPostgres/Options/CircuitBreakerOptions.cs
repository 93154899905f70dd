using ResilientPostgres.Options;


namespace ResilientPostgres;

/// <summary>
/// When an endpoint that answers its probes but fails its calls is left out for a while. Each endpoint has its own breaker. On the
/// primary only failures of the connection count; reads are never left without any endpoint.
/// </summary>
public sealed class CircuitBreakerOptions
{
    /// <summary>Whether there are breakers.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>The share of failed attempts that opens it, above 0 to 1.</summary>
    /// <value>The default value is 0.5.</value>
    public double FailureRatio { get; set; } = Defaults.BreakerFailureRatio;

    /// <summary>With fewer attempts than this within <see cref="SamplingDuration"/> it stays closed, 2 to 1,000,000.</summary>
    /// <value>The default value is 20.</value>
    public int MinimumThroughput { get; set; } = Defaults.BreakerMinimumThroughput;

    /// <summary>How far back attempts count.</summary>
    /// <value>The default value is 5 seconds; 500 milliseconds to 1 day.</value>
    public TimeSpan SamplingDuration { get; set; } = Defaults.BreakerSamplingDuration;

    /// <summary>How long it stays open before one attempt is let through to try.</summary>
    /// <value>The default value is 1 second; 500 milliseconds to 1 day.</value>
    public TimeSpan BreakDuration { get; set; } = Defaults.BreakerBreakDuration;
}
