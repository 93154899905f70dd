namespace ResilientPostgres.Testing;

/// <summary>How a <see cref="ChaosProxy"/> is set up.</summary>
public sealed class ChaosProxyOptions
{
    /// <summary>The loopback port to listen on.</summary>
    /// <value>The default value is 0: a free one is chosen.</value>
    public int Port { get; set; }

    /// <summary>The seed of the random numbers for jitter and for the share of delayed chunks.</summary>
    /// <value>The default value is 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>The clock that latency is measured by.</summary>
    /// <value>The default value is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
