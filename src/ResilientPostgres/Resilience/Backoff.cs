namespace ResilientPostgres.Resilience;

/// <summary>How long to wait before an attempt is repeated.</summary>
static class Backoff
{
    static readonly TimeSpan _first = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan _longest = TimeSpan.FromSeconds(1);

    /// <param name="kind">What went wrong.</param>
    /// <param name="repetition">1 for the first repetition.</param>
    /// <param name="jitter">From 0 up to 1.</param>
    public static TimeSpan Next(FaultKind kind, int repetition, double jitter)
    {
        // A lost server is not waited for by guessing: routing knows where to go, or waits until it does.
        var isRouted = kind is FaultKind.ConnectionLost or FaultKind.ConnectFailed or FaultKind.StartingUp or FaultKind.ReadOnlyServer;
        if (isRouted && repetition == 1)
        {
            return TimeSpan.Zero;
        }

        var ceiling = _first * Math.Pow(2, Math.Min(repetition, 10));
        return (ceiling < _longest ? ceiling : _longest) * (0.5 + 0.5 * jitter);
    }
}
