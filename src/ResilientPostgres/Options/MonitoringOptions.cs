using ResilientPostgres.Options;


namespace ResilientPostgres;

/// <summary>How the servers are watched.</summary>
public sealed class MonitoringOptions
{
    /// <summary>Time between two probes of one server while all is well. A dying server announces itself at once; this is for one that hangs.</summary>
    /// <value>The default value is 500 milliseconds; 20 milliseconds to 5 minutes.</value>
    public TimeSpan ProbeInterval { get; set; } = Defaults.ProbeInterval;

    /// <summary>How long a probe may stay without an answer. Must be below <see cref="ProbeInterval"/>; raise both for servers far away.</summary>
    /// <value>The default value is 400 milliseconds; 10 milliseconds to 1 minute.</value>
    public TimeSpan ProbeTimeout { get; set; } = Defaults.ProbeTimeout;

    /// <summary>Time between probes of every server while no primary is confirmed; shorter in the first moments. Not above <see cref="ProbeInterval"/>.</summary>
    /// <value>The default value is 50 milliseconds; 5 milliseconds to 1 minute.</value>
    public TimeSpan PanicInterval { get; set; } = Defaults.PanicInterval;

    /// <summary>How long probes stay that close before they back off, doubling, to <see cref="PanicMaxInterval"/>.</summary>
    /// <value>The default value is 2 seconds; up to 10 minutes.</value>
    public TimeSpan PanicDuration { get; set; } = Defaults.PanicDuration;

    /// <summary>The longest time between probes while no primary is confirmed; a fifth of it for servers that answer, for one of them will be promoted. Not below <see cref="PanicInterval"/>.</summary>
    /// <value>The default value is 1 second; 5 milliseconds to 5 minutes.</value>
    public TimeSpan PanicMaxInterval { get; set; } = Defaults.PanicMaxInterval;

    /// <summary>The longest time between two questions to the provider of endpoints, if there is one; an answer may be valid for less, and in doubt it is asked every second.</summary>
    /// <value>The default value is 30 seconds; 1 second to 1 hour.</value>
    public TimeSpan DiscoveryInterval { get; set; } = Defaults.DiscoveryInterval;

    /// <summary>How long the provider of endpoints may take to answer. Then its last good answer goes on being used.</summary>
    /// <value>The default value is 5 seconds; 100 milliseconds to 1 minute.</value>
    public TimeSpan DiscoveryTimeout { get; set; } = Defaults.DiscoveryTimeout;

    /// <summary>
    /// How long an endpoint that its provider no longer lists is still watched. It takes no new work in that time, but if it is, or becomes, the primary, it is recognised:
    /// names and lists change later than servers do.
    /// </summary>
    /// <value>The default value is 2 minutes; up to 1 day.</value>
    public TimeSpan DiscoveryMemory { get; set; } = Defaults.DiscoveryMemory;
}
