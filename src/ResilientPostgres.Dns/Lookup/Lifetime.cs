namespace ResilientPostgres.Dns.Lookup;

/// <summary>How long answers are used.</summary>
sealed class Lifetime(DnsEndpointOptions options)
{
    /// <summary>Short, for it may be mended at any time; not every second, for it may also stay.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>The system's resolver tells none.</summary>
    public static readonly TimeSpan OfSystem = TimeSpan.FromSeconds(10);

    public TimeSpan Of(TimeSpan timeToLive) =>
        timeToLive < options.MinTimeToLive ? options.MinTimeToLive : timeToLive > options.MaxTimeToLive ? options.MaxTimeToLive : timeToLive;

    public static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
