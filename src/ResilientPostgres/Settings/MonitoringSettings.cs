namespace ResilientPostgres.Settings;

/// <summary>The monitoring options, frozen.</summary>
sealed record MonitoringSettings(
    TimeSpan ProbeInterval,
    TimeSpan ProbeTimeout,
    TimeSpan PanicInterval,
    TimeSpan PanicDuration,
    TimeSpan PanicMaxInterval)
{
    public required TimeSpan DiscoveryInterval { get; init; }
    public required TimeSpan DiscoveryTimeout { get; init; }
    public required TimeSpan DiscoveryMemory { get; init; }

    public static MonitoringSettings Freeze(MonitoringOptions options) =>
        new(options.ProbeInterval, options.ProbeTimeout, options.PanicInterval, options.PanicDuration, options.PanicMaxInterval)
        {
            DiscoveryInterval = options.DiscoveryInterval,
            DiscoveryTimeout = options.DiscoveryTimeout,
            DiscoveryMemory = options.DiscoveryMemory,
        };
}
