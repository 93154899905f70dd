namespace ResilientPostgres.Options;

/// <summary>The monitoring options, frozen.</summary>
sealed record MonitoringSettings(
    TimeSpan ProbeInterval,
    TimeSpan ProbeTimeout,
    TimeSpan PanicInterval,
    TimeSpan PanicDuration,
    TimeSpan PanicMaxInterval)
{
    public static MonitoringSettings Freeze(MonitoringOptions options) =>
        new(options.ProbeInterval, options.ProbeTimeout, options.PanicInterval, options.PanicDuration, options.PanicMaxInterval);
}
