using ResilientPostgres.Settings;


namespace ResilientPostgres.Monitoring;

/// <summary>How long to wait before the next probe. Jittered, so that a fleet of applications does not fall on a recovering server in step.</summary>
static class ProbePace
{
    /// <summary>A server that refuses our password is asked rarely: it may lock the account.</summary>
    public static readonly TimeSpan Misconfigured = TimeSpan.FromSeconds(15);

    const int Quicker = 5;

    /// <param name="settings">The paces.</param>
    /// <param name="panicFor">How long the cluster has been in doubt; null if it is not.</param>
    /// <param name="isAnswering">Asked on a session that stands: a standby may be promoted at any moment, and one statement costs it nothing; a new connection to a server that is down does.</param>
    /// <param name="jitter">From 0 up to 1.</param>
    public static TimeSpan Next(MonitoringSettings settings, TimeSpan? panicFor, bool isAnswering, double jitter)
    {
        if (panicFor is not { } since)
        {
            return settings.ProbeInterval * (0.9 + 0.1 * jitter);
        }

        return Panic(settings, since, isAnswering ? settings.PanicMaxInterval / Quicker : settings.PanicMaxInterval) * (0.75 + 0.25 * jitter);
    }

    /// <summary>
    /// In proportion to the time already lost: an eighth of it at first, when a quick promotion is worth catching and costs a few
    /// probes, up to the panic interval; and past the panic's duration half of it, up to the maximum.
    /// </summary>
    static TimeSpan Panic(MonitoringSettings settings, TimeSpan since, TimeSpan most) =>
        since <= settings.PanicDuration
            ? Clamp(since / 8, settings.PanicInterval / 10, settings.PanicInterval)
            : Clamp((since - settings.PanicDuration) / 2, settings.PanicInterval, most < settings.PanicInterval ? settings.PanicInterval : most);

    static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
