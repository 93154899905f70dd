namespace ResilientPostgres.Settings;

/// <summary>The circuit breaker options, frozen.</summary>
sealed record CircuitBreakerSettings(bool Enabled, double FailureRatio, int MinimumThroughput, TimeSpan SamplingDuration, TimeSpan BreakDuration)
{
    public static CircuitBreakerSettings Freeze(CircuitBreakerOptions options) =>
        new(options.Enabled, options.FailureRatio, options.MinimumThroughput, options.SamplingDuration, options.BreakDuration);
}
