using ResilientPostgres.Options;

namespace ResilientPostgres.Monitoring;

/// <summary>How long to wait before the next probe. Jittered, so that a fleet of applications does not fall on a recovering server in step.</summary>
static class ProbePace
{
    /// <summary>A server that refuses our password is asked rarely: it may lock the account.</summary>
    public static readonly TimeSpan Misconfigured = TimeSpan.FromSeconds(15);

    /// <param name="settings">The paces.</param>
    /// <param name="panicFor">How long the cluster has been in doubt; null if it is not.</param>
    /// <param name="jitter">From 0 up to 1.</param>
    public static TimeSpan Next(MonitoringSettings settings, TimeSpan? panicFor, double jitter)
    {
        if (panicFor is not { } since)
        {
            return settings.ProbeInterval * (0.9 + 0.1 * jitter);
        }

        // Past the first seconds the wait is half the time already waited: it doubles about every other probe.
        var backedOff = (since - settings.PanicDuration) / 2;
        var pace = backedOff < settings.PanicInterval ? settings.PanicInterval
            : backedOff > settings.PanicMaxInterval ? settings.PanicMaxInterval
            : backedOff;
        return pace * (0.75 + 0.25 * jitter);
    }
}
